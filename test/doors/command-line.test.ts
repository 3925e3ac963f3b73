import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cliCommands } from "../../src/server/cli/commands.js";
import { type SettingName, settingSpecs } from "../../src/server/settings/server-settings.js";
import { processIdentity } from "../../src/server/state/process-identity.js";
import { programFile } from "../../src/server/state/program-file.js";
import { type LabState, readState } from "../../src/server/state/state-file.js";
import { send } from "../support/http-client.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { sampleCacheDir } from "../support/test-settings.js";

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const { path, execArgv } = programFile(import.meta.url, "../../src/server/main");

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("it did not become so");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("locallab", function () {
  this.timeout(60_000);
  let runtimeDir: string;
  let children: ChildProcess[] = [];
  beforeEach(() => {
    runtimeDir = mkdtempSync(join(tmpdir(), "locallab-cli-"));
  });
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    children = [];
    rmSync(runtimeDir, { recursive: true, force: true });
  });

  function start(args: string[], env: Record<string, string> = {}): { child: ChildProcess; outcome: Promise<Outcome> } {
    const folders = { LOCALLAB_RUNTIME_DIR: runtimeDir, LOCALLAB_CACHE_DIR: sampleCacheDir, LOCALLAB_GPU: "off" };
    const child = spawn(process.execPath, [...execArgv, path, ...args], {
      env: { ...process.env, ...folders, ...env },
    });
    children.push(child);
    let [out, err] = ["", ""];
    child.stdout?.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      err += chunk;
    });
    return { child, outcome: once(child, "close").then(() => ({ code: child.exitCode, out, err })) };
  }
  const run = (args: string[], env?: Record<string, string>): Promise<Outcome> => start(args, env).outcome;

  async function listening(name = "default"): Promise<LabState> {
    for (;;) {
      const state = readState(runtimeDir, name);
      if (state !== null) return state;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("--help names every flag, every secret's variable and every default", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).to.equal(0);
    for (const command of Object.keys(cliCommands)) expect(out).to.contain(`\n  ${command} `);
    for (const name of Object.keys(settingSpecs) as SettingName[]) {
      const { flag, variable, defaultText } = settingSpecs[name];
      expect(out)
        .to.contain(flag === undefined ? variable : `--${flag} `)
        .and.contain(`Default: ${defaultText}.`);
    }
  });

  it("--version says the version of package.json", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await run(["--version"])).to.deep.include({ code: 0, out: `${manifest.version}\n` });
  });

  for (const command of Object.keys(cliCommands)) {
    it(`${command} --help shows how it is written`, async () => {
      const { code, out, err } = await run([command, "--help"]);
      expect([code, err]).to.deep.equal([0, ""]);
      expect(out).to.match(new RegExp(`^locallab ${command} .*\\n`));
      // those that speak with a lab find it by its name
      if (command !== "token") expect(out).to.contain("--name NAME").and.contain("Exit code: 0");
    });
  }

  for (const [args, words] of [
    [["serve", "--porty", "1"], "--porty"],
    [["status", "--porty", "1"], 'no flag "--porty"'],
    [["chat", "-x"], 'no flag "-x"'],
    [["models", "dance"], '"dance"'],
    [["models", "load"], "wants the id"],
    [["models", "load", "sample", "--slots", "65"], '--slots is "65"'],
    [["models", "--slots", "2"], "--slots"],
    [["stop", "--drain", "soon"], '--drain is "soon"'],
    [["stop", "--drain"], "--drain wants a value"],
    [["stop", "--name", "../x"], '--name is "../x"'],
    [["doctor", "--json=1"], "--json takes no value"],
    [["doctor", "now"], '"now"'],
    [["--port", "0", "status"], '"status" stands before its flags'],
    [["serve", "--port", "99999"], '--port is "99999"'],
    [["dance"], '"dance"'],
    [["serve", "now"], '"now"'],
    [["serve", "--host", "0.0.0.0"], "LOCALLAB_API_KEY"],
  ] as const) {
    it(`${args.join(" ")} ends with one sentence about ${words}`, async () => {
      const { code, err, out } = await run([...args]);
      expect([code, out]).to.deep.equal([1, ""]);
      expect(err).to.contain(words);
      expect(err.trim().split("\n")).to.have.length(1);
    });
  }

  it("serves, says where with a line that works, and drains on SIGTERM", async () => {
    const { child, outcome } = start(["serve", "--port", "0", "--slots", "2"]);
    const state = await listening();
    const { port } = new URL(state.url);
    for (;;) {
      if ((await send(Number(port), "GET", "/ready")).status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const body = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, max_length: 150 };
    const running = send(Number(port), "POST", "/generate", { body });
    for (;;) {
      const health = (await send(Number(port), "GET", "/health")).json as { slots: { busy: number } };
      if (health.slots.busy === 1) break;
    }
    child.kill("SIGTERM");
    expect((await running).json.usage.completion_tokens).to.equal(150);
    const { code, out } = await outcome;
    expect(code).to.equal(0);
    expect(out)
      .to.contain(`at ${state.url}`)
      .and.match(/curl -s \S+\/generate/);
    expect(existsSync(join(runtimeDir, "default.json"))).to.equal(false);
  });

  it("loads what --model says, and stays up when it cannot", async () => {
    const { outcome, child } = start(["serve", "--port", "0", "--model", "nope"]);
    const state = await listening();
    const reply = await send(Number(new URL(state.url).port), "POST", "/generate", { body: { prompt: "x" } });
    expect(reply.json.error.code).to.equal("no_model_loaded");
    child.kill("SIGINT");
    const { code, err } = await outcome;
    expect(code).to.equal(0);
    expect(err).to.contain('No model is called "nope"');
  });

  it("starts one server when two are started at the same moment", async () => {
    const both = [1, 2].map(() => start(["serve", "--port", "0", "--model", "none"]));
    const ended = await Promise.race(both.map(({ outcome }) => outcome));
    expect(ended.code).to.equal(1);
    expect(ended.err).to.match(/is being started|runs already/);
    expect((await send(Number(new URL((await listening()).url).port), "GET", "/health")).status).to.equal(200);
  });

  it("refuses a second server of the same name, and lets one of another name live beside it", async () => {
    start(["serve", "--port", "0", "--model", "none"]);
    const first = await listening();
    const second = await run(["serve", "--port", "0", "--model", "none"]);
    expect(second.code).to.equal(1);
    expect(second.err).to.contain(first.url).and.contain("--name");
    start(["serve", "--port", "0", "--model", "none", "--name", "other"]);
    const other = await listening("other");
    expect((await send(Number(new URL(other.url).port), "GET", "/health")).status).to.equal(200);
    expect((await send(Number(new URL(first.url).port), "GET", "/health")).status).to.equal(200);
  });

  it("says that the port is taken, or takes the next one when it may", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const port = (blocker.address() as { port: number }).port;
    const refused = await run(["serve", "--port", String(port), "--model", "none"]);
    expect(refused.err).to.contain(`Port ${port} on 127.0.0.1 is taken`);
    start(["serve", "--port", String(port), "--port-search", "50", "--model", "none"]);
    const found = Number(new URL((await listening()).url).port);
    expect(found).to.be.within(port + 1, port + 50);
    blocker.close();
  });

  it("writes no secret into its log, its state is for the owner alone", async () => {
    const key = "a-key-of-20-letters!";
    const logFile = join(runtimeDir, "log");
    const { child, outcome } = start(
      ["serve", "--port", "0", "--model", "none", "--log-file", logFile, "--log-level", "debug"],
      {
        LOCALLAB_API_KEY: key,
      },
    );
    const state = await listening();
    const port = Number(new URL(state.url).port);
    const without = await send(port, "GET", "/models/available");
    const wrong = await send(port, "GET", "/models/available", { headers: { "X-API-Key": "wrong-key-0123456789" } });
    const right = await send(port, "GET", "/models/available", { headers: { Authorization: `Bearer ${key}` } });
    const owner = await send(port, "GET", "/requests", { headers: { Authorization: `Bearer ${state.ownerKey}` } });
    expect([without, wrong, right, owner].map((reply) => reply.status)).to.deep.equal([401, 401, 200, 200]);
    child.kill("SIGTERM");
    const { out, err } = await outcome;
    for (const text of [out, err, readFileSync(logFile, "utf8")]) {
      expect(text).to.not.contain(key).and.not.contain(state.ownerKey);
    }
  });

  const linked = (command: string, args: string[]): string =>
    `exec ${[process.execPath, ...execArgv, path, command, ...args].map((word) => `'${word}'`).join(" ")}`;

  /** Runs the command in a shell that does with its output what `redirection` says. */
  function startInShell(redirection: string, args: string[], env: Record<string, string> = {}): ChildProcess {
    const folders = { LOCALLAB_RUNTIME_DIR: runtimeDir, LOCALLAB_CACHE_DIR: sampleCacheDir, LOCALLAB_GPU: "off" };
    const child = spawn("bash", ["-c", `(${linked("serve", args)}) ${redirection}`], {
      env: { ...process.env, ...folders, ...env },
      stdio: "ignore",
    });
    children.push(child);
    return child;
  }

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
      startInShell(redirection, ["--port", "0", "--model", "none", "--log-level", "debug"]);
      const state = await listening();
      expect(await answersAfter(600, state)).to.equal(200);
      process.kill(state.pid, "SIGTERM");
      await until(() => processIdentity(state.pid) === null);
      expect(readdirSync(runtimeDir)).to.deep.equal([]);
      // the stopped reader, if there is one, is of the same shell
      execFileSync("pkill", ["-KILL", "-P", String(children.at(-1)?.pid)], { stdio: "ignore" });
    });
  }

  it("ends as with SIGTERM when its terminal is closed", async () => {
    const { child, outcome } = start(["serve", "--port", "0"]);
    const { url } = await listening();
    const port = Number(new URL(url).port);
    await until(async () => (await send(port, "GET", "/ready")).status === 200);
    const body = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, max_length: 150 };
    const running = send(port, "POST", "/generate", { body });
    await until(async () => (await send(port, "GET", "/health")).json.slots.busy === 1);
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
    const env = { ...process.env, LOCALLAB_RUNTIME_DIR: runtimeDir, LOCALLAB_CACHE_DIR: sampleCacheDir };
    const args = [...execArgv, path, "serve", "--port", "0", "--model", "none", "--linger", "60s"];
    const child = spawn(process.execPath, args, { env, detached: true, stdio: "ignore" });
    children.push(child);
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
    await until(async () => (await send(port, "GET", "/ready")).status === 200);
    const body = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, max_length: 8000 };
    const running = send(port, "POST", "/generate", { body }).catch(() => {});
    await until(async () => (await send(port, "GET", "/health")).json.slots.busy === 1);
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
    await until(async () => (await send(port, "GET", "/health")).json.state !== "loading");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    expect((await outcome).out).to.not.contain("Try:");
  });

  for (const [args, env, words] of [
    [["--models-dir", "/nosuch/models"], {}, '--models-dir is "/nosuch/models"'],
    [[], { LOCALLAB_MODELS_DIR: "/nosuch/models" }, 'LOCALLAB_MODELS_DIR is "/nosuch/models"'],
    [["--models-dir", process.execPath], {}, "it is a file"],
    [["--log-file", "/dev/null/lab.log"], {}, '--log-file is "/dev/null/lab.log"'],
    [["--ngrok-ca-file", "/nosuch.pem"], {}, '--ngrok-ca-file is "/nosuch.pem"'],
    [[], { LOCALLAB_RUNTIME_DIR: "/dev/null/run" }, "LOCALLAB_RUNTIME_DIR"],
    [[], { LOCALLAB_RUNTIME_DIR: "/proc/self/run/deep" }, "LOCALLAB_RUNTIME_DIR"],
  ] as const) {
    it(`${[...args, ...Object.entries(env).flat()].join(" ")} is refused at the start with one sentence`, async () => {
      const { code, err, out } = await run(["serve", "--port", "0", "--model", "none", ...args], env);
      expect([code, out]).to.deep.equal([1, ""]);
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

  it("ends the engine that a killed server left hanging when the next of the name starts", async function () {
    if (process.platform !== "linux") this.skip();
    const first = start(["serve", "--port", "0"]);
    const state = await listening();
    const port = Number(new URL(state.url).port);
    await until(async () => (await send(port, "GET", "/ready")).status === 200);
    const { pid: engine } = (await send(port, "GET", "/system/info")).json.engine;
    await until(() => existsSync(join(runtimeDir, "default.processes.json")));
    process.kill(engine, "SIGSTOP");
    first.child.kill("SIGKILL");
    await first.outcome.catch(() => {});
    const left = processIdentity(engine);
    expect(left, "the stopped engine is still there").to.not.equal(null);
    start(["serve", "--port", "0", "--model", "none"]);
    await until(() => processIdentity(engine) === null);
    const second = await until(() => {
      const found = readState(runtimeDir, "default");
      return found !== null && found.pid !== state.pid;
    });
    expect(second).to.equal(undefined);
  });
});
