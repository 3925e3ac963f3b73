import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { LabReport } from "../../../src/notebook/cli/lab-report.js";
import { Connection } from "../../../src/notebook/client/connection.js";
import { holdServer } from "../../../src/notebook/start/holder.js";
import { processIdentity } from "../../../src/server/state/process-identity.js";
import { readState } from "../../../src/server/state/state-file.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { type RealServer, startRealServer } from "../../support/real-server.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { endAll, run } from "./locallab.js";

describe("locallab status and models", function () {
  this.timeout(60_000);
  let server: RealServer;
  before(async () => {
    server = await startRealServer({ slots: 2, context: 512, apiKey: "a-key-of-20-letters!" });
  });
  after(() => server.stop());
  afterEach(() => endAll());

  const here = (...args: string[]) => run(args, { runtimeDir: server.settings.runtimeDir });

  it("status shows state, model, context, memory, address and who holds the lab, and no key", async () => {
    const connection = new Connection(server.server.url, server.server.ownerKey);
    const holder = await holdServer(connection);
    const { code, out, err } = await here("status");
    holder.release();
    connection.close();
    expect([code, err]).to.deep.equal([0, ""]);
    expect(out).to.match(/^default: ready\n/);
    expect(out).to.match(/ Model +sample\n +Context +512 tokens · 2 slots\n +Memory +\d+ MiB\n +Device +CPU, \d/);
    expect(out)
      .to.contain(`URL      ${server.server.url}\n`)
      .and.match(/Held by +1 notebook/);
    expect(out).to.not.contain(server.server.ownerKey).and.not.contain("a-key-of-20-letters!");
  });

  it("status --json gives every lab as data, and holds none of them", async () => {
    const { code, out } = await here("status", "--json");
    const [lab, ...others] = JSON.parse(out) as LabReport[];
    expect([code, others]).to.deep.equal([0, []]);
    expect(lab).to.include({
      name: "default",
      state: "ready",
      model: "sample",
      context: 512,
      holders: 0,
      linger: "off",
    });
    expect(out).to.not.contain(server.server.ownerKey);
  });

  it("status of a lab that does not run ends with 3 and names those that do", async () => {
    const { code, out, err } = await here("status", "--name", "other");
    expect([code, out]).to.deep.equal([3, ""]);
    expect(err).to.contain('No lab called "other" runs').and.contain("default");
    const json = await here("status", "--name", "other", "--json");
    expect([json.code, JSON.parse(json.out)]).to.deep.equal([3, []]);
  });

  it("models lists, unloads and loads", async () => {
    expect((await here("models")).out).to.match(/^Model +State.*\nsample +loaded/);
    const unloaded = await here("models", "unload");
    expect([unloaded.code, unloaded.out]).to.satisfy(
      ([code, out]: [number, string]) => code === 0 && /^sample is unloaded, \d+ MiB came back\.\n$/.test(out),
    );
    const loaded = await here("models", "load", "sample", "--context", "256", "--json");
    expect(JSON.parse(loaded.out)).to.include({ id: "sample", context: 256, is_loaded: true });
    const refused = await here("models", "load", "nope");
    expect([refused.code, refused.out]).to.deep.equal([1, ""]);
    expect(refused.err).to.match(/^No model is called "nope"[^\n]*\n$/);
  });

  it("load and unload are commands of their own, requests shows what ended, and models where files belong", async () => {
    const unloaded = await here("unload");
    expect(unloaded.out).to.match(/^sample is unloaded/);
    expect((await here("load", "sample")).out).to.match(/^sample\n/);
    expect(await here("load")).to.deep.include({ code: 2, out: "" });
    expect((await here("run", "Hello", "--max-length", "3")).code).to.equal(0);
    const requests = await here("requests");
    expect(requests.out).to.match(/^Time +State .*\n.*done .*owner +POST \/chat +sample/);
    expect(JSON.parse((await here("requests", "--json")).out)).to.have.keys("active", "recent");
    const folder = server.settings.modelsDir;
    expect((await here("models")).out).to.contain(`Folder: ${folder}, which is empty: put .gguf files there.\n`);
    rmSync(folder, { recursive: true });
    expect((await here("models")).out).to.contain(`Folder: ${folder} is not there: make it`);
    writeFileSync(folder, "a model that was copied to the name of the folder");
    expect((await here("models")).out).to.contain(`Folder: ${folder} is a file. Move it away`);
  });
});

describe("locallab commands without a lab, and its end", function () {
  this.timeout(60_000);
  let runtimeDir: string;
  beforeEach(() => {
    runtimeDir = temporaryFolder();
  });
  afterEach(async () => {
    await endAll();
    const left = readState(runtimeDir, "mine");
    if (left !== null) process.kill(left.pid, "SIGKILL");
  });

  it("status, stop and models end with 3 when nothing runs", async () => {
    const [status, stop, models] = await Promise.all([
      run(["status"], { runtimeDir }),
      run(["stop"], { runtimeDir }),
      run(["models", "unload"], { runtimeDir }),
    ]);
    expect([status.code, stop.code, models.code]).to.deep.equal([3, 3, 3]);
    expect(status.out).to.contain("No lab runs");
    for (const { err } of [stop, models]) expect(err).to.match(/^No lab runs\.[^\n]*serve[^\n]*\n$/);
  });

  it("chat starts a lab and says so; stop ends it with a receipt", async () => {
    const chat = await run(["chat", "--name", "mine"], { runtimeDir, input: "Hello\n" });
    expect(chat.code, chat.err).to.equal(0);
    expect(chat.out).to.match(/\w{3}/);
    expect(chat.err).to.contain('No lab called "mine" runs: starting one').and.contain("stop --name mine");
    const { out } = await run(["status", "--json"], { runtimeDir });
    const [{ pid, holders }] = JSON.parse(out) as [LabReport];
    expect(holders).to.equal(0);
    // the only one that runs
    const stop = await run(["stop", "--drain", "0s"], { runtimeDir });
    expect(stop.code).to.equal(0);
    expect(stop.out).to.match(
      /^Model sample unloaded, \d+ MiB came back\.\nServer ended after .*\nPort \d+ is free\.\n$/,
    );
    expect(processIdentity(pid)).to.equal(null);
    expect(existsSync(join(runtimeDir, "mine.json"))).to.equal(false);
  });

  it("status says when a lab's process is there but its server does not answer", async () => {
    const gone = await FakeLabServer.start();
    const { url } = gone;
    await gone.stop();
    const state = { name: "hung", pid: process.pid, processStart: processIdentity(process.pid), version: "0", url };
    writeFileSync(join(runtimeDir, "hung.json"), JSON.stringify({ ...state, ownerKey: "lab_owner_x" }));
    const { code, out } = await run(["status"], { runtimeDir });
    expect(code).to.equal(1);
    expect(out).to.match(/^hung: not answering\n +URL/);
  });

  it("several labs are a table, narrow terminals a block each; a command that means one of them wants its name", async () => {
    const own = {
      pid: process.pid,
      processStart: processIdentity(process.pid),
      version: "0",
      url: "http://127.0.0.1:9",
    };
    for (const name of ["one", "two"]) {
      writeFileSync(join(runtimeDir, `${name}.json`), JSON.stringify({ ...own, name, ownerKey: "lab_owner_x" }));
    }
    const { code, out } = await run(["status"], { runtimeDir });
    expect(code).to.equal(1);
    expect(out).to.match(
      /^Lab +State .*URL\none +not answering .*\ntwo +not answering .*\nMore of one: .*--name one\n$/,
    );
    if (existsSync("/usr/bin/script")) {
      const narrow = await run(["status"], { runtimeDir, onTerminal: true, columns: 45 });
      expect(narrow.out).to.contain("one\r\n  State    not answering\r\n");
    }
    for (const command of [["stop"], ["models"], ["requests"], ["logs"], ["run", "x"]]) {
      const { code: end, err } = await run(command, { runtimeDir });
      expect([end, err]).to.deep.equal([2, "Several labs run: one, two. Name one: --name one.\n"]);
    }
  });
});
