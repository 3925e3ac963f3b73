import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { cliCommands } from "../../src/server/cli/command-help.js";
import { type SettingName, settingSpecs } from "../../src/server/settings/server-settings.js";
import { CommandLine } from "../support/command-line.js";
import { send } from "../support/http-client.js";
import { endlessPrompt } from "../support/sample-theory.js";

describe("locallab", function () {
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

  it("alone says in a screen what it is, and serves nothing", async () => {
    const { code, out, err } = await run([]);
    expect([code, err]).to.deep.equal([0, ""]);
    for (const command of ["serve", ...Object.keys(cliCommands)]) expect(out).to.contain(`\n  ${command} `);
    expect(out.trim().split("\n").length).to.be.below(24);
    expect(existsSync(join(runtimeDir, "default.json"))).to.equal(false);
  });

  it("--version says the version of package.json", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await run(["--version"])).to.deep.include({ code: 0, out: `${manifest.version}\n` });
  });

  for (const command of Object.keys(cliCommands)) {
    it(`${command} --help shows how it is written`, async () => {
      const { code, out, err } = await run([command, "--help"]);
      expect((await run(["help", command])).out).to.equal(out);
      expect([code, err]).to.deep.equal([0, ""]);
      expect(out).to.match(new RegExp(`^locallab ${command} .*\\n`));
      // those that speak with a lab find it by its name
      if (command !== "token") expect(out).to.contain("--name NAME").and.contain("Exit code: 0");
    });
  }

  for (const [args, words] of [
    [["serve", "--prot", "9000"], 'no flag "--prot". Did you mean --port?'],
    [["serve", "--maxx", "1"], 'no flag "--maxx". locallab --help'],
    [["serve", "--models_dir", "x"], "Did you mean --models-dir?"],
    [["serve", "--port"], "--port wants a value"],
    [["serve", "--port", "-1"], "--port=-1"],
    [["serve", "--help=yes"], "--help takes no value"],
    [["serve", "--slots", "four"], '--slots is "four"'],
    [["sttus"], 'no command "sttus". Did you mean locallab status?'],
    [["modls", "load"], "Did you mean locallab models?"],
    [["status", "--nmae", "x"], "Did you mean --name?"],
    [["stop", "--drian", "1s"], "Did you mean --drain?"],
    [["token", "abc"], "takes no argument"],
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
      expect([code, out]).to.deep.equal([2, ""]);
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
      .and.match(/curl -s \S+\/chat/);
    expect(existsSync(join(runtimeDir, "default.json"))).to.equal(false);
  });

  it("loads what --model says, and stays up when it cannot", async () => {
    const { outcome, child } = start(["serve", "--port", "0", "--model", "nope"]);
    const state = await listening();
    const reply = await send(Number(new URL(state.url).port), "POST", "/generate", { body: { prompt: "x" } });
    expect(reply.json.error.code).to.equal("no_model_loaded");
    child.kill("SIGINT");
    const { code, err } = await outcome;
    expect(code).to.equal(130);
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
});
