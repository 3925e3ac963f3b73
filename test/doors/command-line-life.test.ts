import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { processIdentity } from "../../src/server/state/process-identity.js";
import { type LabState, readState } from "../../src/server/state/state-file.js";
import { CommandLine } from "../support/command-line.js";
import { send } from "../support/http-client.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { until } from "../support/until.js";

/** Machines that are busy take their time. */
const soon = (isSo: () => boolean | Promise<boolean>): Promise<void> => until(isSo, 40_000);

describe("locallab serve, from start to end", function () {
  this.timeout(60_000);
  let commands: CommandLine;
  let runtimeDir: string;
  beforeEach(() => {
    commands = new CommandLine();
    ({ runtimeDir } = commands);
  });
  afterEach(() => commands.end());
  const start: CommandLine["start"] = (args, env) => commands.start(args, env);
  const run: CommandLine["run"] = (args, env) => commands.run(args, env);
  const listening: CommandLine["listening"] = (name) => commands.listening(name);

  async function answersAfter(requests: number, { url }: LabState): Promise<number> {
    const port = Number(new URL(url).port);
    for (let count = 0; count < requests; count++) await send(port, "GET", "/models/available");
    return (await send(port, "GET", "/health")).status;
  }

  for (const [what, redirection] of [
    ["nobody reads its output any more", "2>&1 | head -1 >/dev/null"],
    ["its output goes to a reader that was stopped", "2>&1 | (kill -STOP $BASHPID)"],
    ["its output goes to a full disk", ">/dev/full 2>&1"],
    ["its output is closed", ">&- 2>&-"],
  ] as const) {
    it(`serves on and stops cleanly although ${what}`, async function () {
      if (process.platform !== "linux") this.skip();
      commands.startInShell(redirection, ["serve", "--port", "0", "--model", "none", "--log-level", "debug"]);
      const state = await listening();
      expect(await answersAfter(600, state)).to.equal(200);
      process.kill(state.pid, "SIGTERM");
      await soon(() => processIdentity(state.pid) === null);
      expect(readdirSync(runtimeDir)).to.deep.equal([]);
    });
  }

  it("ends as with SIGTERM when its terminal is closed", async () => {
    const { child, outcome } = start(["serve", "--port", "0"]);
    const { url } = await listening();
    const port = Number(new URL(url).port);
    await soon(async () => (await send(port, "GET", "/ready")).status === 200);
    const body = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, max_length: 150 };
    const running = send(port, "POST", "/generate", { body });
    await soon(async () => (await send(port, "GET", "/health")).json.slots.busy === 1);
    child.kill("SIGHUP");
    child.kill("SIGHUP");
    expect((await running).json.usage.completion_tokens).to.equal(150);
    const { code, err } = await outcome;
    expect(code).to.equal(0);
    expect(err).to.contain('"stopped"');
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
  });

  it("stays when a notebook has started it by itself and a SIGHUP comes", async function () {
    if (process.platform !== "linux") this.skip();
    const child = commands.startDetached(["serve", "--port", "0", "--model", "none", "--linger", "60s"]);
    const state = await listening();
    child.kill("SIGHUP");
    expect(await answersAfter(20, state)).to.equal(200);
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("ends at once on a second signal, and leaves nothing", async () => {
    const { child, outcome } = start(["serve", "--port", "0", "--context", "8192"]);
    const { url } = await listening();
    const port = Number(new URL(url).port);
    await soon(async () => (await send(port, "GET", "/ready")).status === 200);
    const body = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, max_length: 8000 };
    const running = send(port, "POST", "/generate", { body }).catch(() => {});
    await soon(async () => (await send(port, "GET", "/health")).json.slots.busy === 1);
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 700));
    child.kill("SIGINT");
    expect((await outcome).code).to.equal(130);
    await running;
    expect(readdirSync(runtimeDir).filter((file) => file !== "default.sock")).to.deep.equal([]);
  });

  it("says no line to try after a load that failed", async () => {
    const { outcome, child } = start(["serve", "--port", "0", "--model", "nope"]);
    const { url } = await listening();
    const port = Number(new URL(url).port);
    await soon(async () => (await send(port, "GET", "/health")).json.state !== "loading");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    expect((await outcome).out).to.not.contain("Try:");
  });

  for (const [args, env, words, exit = 2] of [
    [["--models-dir", "/nosuch/models"], {}, '--models-dir is "/nosuch/models"'],
    [[], { LOCALLAB_MODELS_DIR: "/nosuch/models" }, 'LOCALLAB_MODELS_DIR is "/nosuch/models"'],
    [["--models-dir", process.execPath], {}, "it is a file"],
    [["--log-file", "/dev/null/lab.log"], {}, '--log-file is "/dev/null/lab.log"', 1],
    [["--ngrok-ca-file", "/nosuch.pem"], {}, '--ngrok-ca-file is "/nosuch.pem"'],
    [[], { LOCALLAB_RUNTIME_DIR: "/dev/null/run" }, "LOCALLAB_RUNTIME_DIR", 1],
    [[], { LOCALLAB_RUNTIME_DIR: "/proc/self/run/deep" }, "LOCALLAB_RUNTIME_DIR", 1],
  ] as const) {
    it(`${[...args, ...Object.entries(env).flat()].join(" ")} is refused at the start with one sentence`, async () => {
      const { code, err, out } = await run(["serve", "--port", "0", "--model", "none", ...args], env);
      expect([code, out]).to.deep.equal([exit, ""]);
      expect(err).to.contain(words);
      expect(err.trim().split("\n")).to.have.length(1);
    });
  }

  it("knows the home folder in paths that no shell has read, and takes an empty name for none", async () => {
    const home = join(runtimeDir, "home");
    mkdirSync(join(home, "models"), { recursive: true });
    const env = { HOME: home, LOCALLAB_MODELS_DIR: "~/models", LOCALLAB_LOG_FILE: "~/logs/lab.log", LOCALLAB_NAME: "" };
    start(["serve", "--port", "0", "--model", "none"], env);
    const { url, settings } = await listening("default");
    expect(settings).to.include({ modelsDir: join(home, "models"), logFile: join(home, "logs", "lab.log") });
    expect((await send(Number(new URL(url).port), "GET", "/models/available")).json.models_dir).to.equal(
      join(home, "models"),
    );
    expect(existsSync(join(home, "logs", "lab.log"))).to.equal(true);
  });

  it("makes the default models folder", async () => {
    const cache = join(runtimeDir, "cache");
    start(["serve", "--port", "0", "--model", "none"], { LOCALLAB_CACHE_DIR: cache });
    await listening();
    expect(existsSync(join(cache, "models"))).to.equal(true);
  });

  it("leaves no engine that hangs when it is killed and the next of the name starts", async function () {
    if (process.platform !== "linux") this.skip();
    const first = start(["serve", "--port", "0"]);
    const state = await listening();
    const port = Number(new URL(state.url).port);
    await soon(async () => (await send(port, "GET", "/ready")).status === 200);
    const { pid: engine } = (await send(port, "GET", "/system/info")).json.engine;
    await soon(() => existsSync(join(runtimeDir, "default.processes.json")));
    process.kill(engine, "SIGSTOP");
    first.child.kill("SIGKILL");
    await first.outcome.catch(() => {});
    // the kernel ends it with its server where it can (setpriv), the next server of the name everywhere
    start(["serve", "--port", "0", "--model", "none"]);
    await soon(() => processIdentity(engine) === null);
    await soon(() => ![null, state.pid].includes(readState(runtimeDir, "default")?.pid ?? null));
  });
});
