/** Labs that `startLab` starts in this very process: found again, restarted, and what happens when they die. */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "chai";
import { connectionTo } from "../../../src/notebook/client/local-connection.js";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import type { Lab } from "../../../src/notebook/lab/lab.js";
import { ownVersion } from "../../../src/notebook/start/changed-settings.js";
import { waitForEnd } from "../../../src/notebook/start/server-process.js";
import { startLab } from "../../../src/notebook/start/start-lab.js";
import type { StartOptions } from "../../../src/notebook/start/start-options.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { claimName } from "../../../src/server/state/claim-name.js";
import { type LabState, readState, stateFilePath, writeState } from "../../../src/server/state/state-file.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { ownEnvironment } from "../../support/own-environment.js";
import { rejection } from "../../support/rejection.js";
import { startSilentProcess } from "../../support/silent-process.js";
import { sampleCacheDir } from "../../support/test-settings.js";
import { until } from "../../support/until.js";

const kernelHost = globalThis as { __tslab__?: unknown };

/** Another program at the port of a server that was killed, as soon as the system gives the port. */
async function squatterAt(port: number): Promise<FakeLabServer> {
  let squatter: FakeLabServer | undefined;
  await until(async () => {
    squatter = await FakeLabServer.start({ port }).catch(() => undefined);
    return squatter !== undefined;
  });
  return squatter as FakeLabServer;
}

describe("a lab started in this process", function () {
  this.timeout(60_000);
  const environment = ownEnvironment();
  let name = "";
  let count = 0;

  beforeEach(() => {
    count += 1;
    name = `lab-${count}`;
  });
  afterEach(async () => {
    const left = state();
    if (left === null) return;
    process.kill(left.pid, "SIGKILL");
    await waitForEnd(left, 10_000);
  });

  const state = (): LabState | null => readState(environment.runtimeDir, name);
  const start = (options: StartOptions = {}): Promise<Lab> =>
    startLab({ name, port: 0, gpu: "off", context: 512, slots: 2, ...options });

  async function kill(): Promise<LabState> {
    const running = state() as LabState;
    process.kill(running.pid, "SIGKILL");
    expect(await waitForEnd(running, 10_000)).to.equal(true);
    return running;
  }

  it("is asked by nobody else's ear: once it is dead, what took its port and its socket file gets nothing", async () => {
    const lab = await start();
    expect((await lab.generate("The sea", { max_length: 5 })).text).to.be.a("string");
    const dead = await kill();
    const squatter = await squatterAt(Number(new URL(dead.url).port));
    const socket = dead.socket as string;
    rmSync(socket, { force: true });
    const calls = [
      () => lab.generate("a secret"),
      () => lab.chat("a secret"),
      () => lab.batch(["a secret"]),
      () => lab.conversation().say("a secret"),
      () => lab.passes.create({ name: "Ann" }),
      () => lab.models.load("sample"),
      () => lab.health(),
      () => lab.publish({ authtoken: "a secret" }),
      () => connectionTo(dead).json("POST", "/stop", { body: {} }),
    ];
    // nothing listens at the file yet, then another program does
    expect((await rejection(lab.generate("a secret"))).code).to.equal("lab_ended");
    const listener = await FakeLabServer.start({ path: socket });
    for (const call of calls) {
      const { code, message } = await rejection<LabRequestError>(call());
      expect(code).to.equal("lab_ended");
      expect(message).to.include(`"${name}"`).and.include("has ended").and.include("startLab()");
    }
    expect((await lab.stop()).ended.join()).to.include("had ended already");
    expect([...squatter.seen, ...listener.seen]).to.deep.equal([]);
    await listener.stop();
    await squatter.stop();
  });

  it("is started anew by the next startLab when it died", async () => {
    const lab = await start();
    const dead = await kill();
    expect(await start(), "the variable of the earlier cell").to.equal(lab);
    expect(state()?.pid).to.not.equal(dead.pid);
    expect((await lab.health()).status).to.equal("healthy");
    await lab.stop();
  });

  it("keeps the variables of earlier cells alive when it is restarted with other options", async () => {
    const lab = await start({ slots: 1 });
    const talk = lab.conversation();
    await talk.say("The sea", { max_length: 3 });
    const { pid } = state() ?? {};
    expect(await start({ slots: 2, display: false })).to.equal(lab);
    expect(state()?.pid).to.not.equal(pid);
    expect((await lab.health()).slots.total).to.equal(2);
    await talk.say("A cat", { max_length: 3 });
    expect(talk.history).to.have.length(4);
    expect(lab.answers.map(({ prompt }) => prompt).slice(-2)).to.deep.equal(["The sea", "A cat"]);
    await lab.stop();
  });

  it("is the same lab for the same settings in other words", async () => {
    const lab = await start({ linger: 120 });
    const pid = state()?.pid;
    const port = Number(new URL(lab.url).port);
    expect(await start({ linger: "2m" })).to.equal(lab);
    expect(await start({ port })).to.equal(lab);
    expect(state()?.pid).to.equal(pid);
    await lab.stop();
  });

  it("is started anew when it is of another version", async () => {
    const lab = await start();
    const before = state() as LabState;
    const path = stateFilePath(environment.runtimeDir, name);
    const other = JSON.parse(readFileSync(path, "utf8")) as LabState;
    writeFileSync(path, JSON.stringify({ ...other, version: "0.0.1" }), { mode: 0o600 });
    const again = await start();
    expect(state()?.pid).to.not.equal(before.pid);
    expect(state()?.version).to.equal(ownVersion);
    expect(again.url).to.equal(lab.url);
    await again.stop();
  });

  it("is called default where LOCALLAB_NAME is empty", async () => {
    name = "default";
    process.env.LOCALLAB_NAME = "";
    const lab = await startLab({ port: 0, gpu: "off", context: 512, slots: 2 });
    expect(state()?.url).to.equal(lab.url);
    await lab.stop();
    expect(state()).to.equal(null);
  });

  it("is one lab when two cells start it at the same moment", async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one).to.equal(other);
    await one.stop();
  });

  it("is the one that another kernel starts at the same moment: a claim is waited for", async () => {
    const silent = await startSilentProcess(name);
    const fake = await FakeLabServer.start();
    fake.on("GET /attach", (_, response) => response.writeHead(200).write("data: {}\n\n"));
    const letGo = claimName(environment.runtimeDir, name);
    const started = startLab({ name });
    const log = join(sampleCacheDir, "logs", `${name}.log`);
    await until(() => existsSync(log) && readFileSync(log, "utf8").includes(`"${name}" is being started`), 30_000);
    writeState(environment.runtimeDir, { ...silent.state, url: fake.url, socket: null });
    letGo?.();
    expect((await started).url).to.equal(fake.url);
    await fake.stop();
    await silent.end();
  });

  it("is ended when its start is interrupted before it listens", async () => {
    const shown: string[] = [];
    kernelHost.__tslab__ = {
      require: () => ({ newDisplay: () => ({ raw: (_mime: string, html: string) => shown.push(html) }) }),
    };
    try {
      const started = rejection(start());
      await until(() => shown.join().includes("Starting the server"));
      const began = performance.now();
      process.emit("SIGINT");
      expect((await started).code).to.equal("request_cancelled");
      expect(performance.now() - began).to.be.below(1000);
      expect(shown.at(-1)).to.include("start given up");
      // the next start is not kept from the name by what was given up
      delete kernelHost.__tslab__;
      await (await start()).stop();
    } finally {
      delete kernelHost.__tslab__;
    }
  });

  it("has a file for its model by the path of it, and says in a cell which one may have been meant", async () => {
    const weights = await ensureSampleModel("sample", sampleCacheDir);
    const folder = mkdtempSync(join(environment.runtimeDir, "files-"));
    for (const file of ["Mine.v1.gguf", "Other.gguf"]) symlinkSync(weights, join(folder, file));
    const lab = await start({ model: `${folder}/Mine.v1.gguf`, display: false });
    expect((await lab.health()).model).to.equal("Mine.v1");
    expect(String((await lab.generate("The sea", { max_length: 2 })).text)).to.not.equal("");
    expect(await start({ model: "mine.V1", display: false }), "by its name from then on").to.equal(lab);
    const beside = relative(process.cwd(), join(folder, "Other.gguf"));
    expect((await lab.models.load(beside)).id, "from this notebook's folder").to.equal("Other");
    const error = await rejection<LabRequestError>(lab.models.load("Mine.v2"));
    expect(error.code).to.equal("model_not_found");
    expect(error.message).to.match(/Did you mean "Mine\.v1"\? There are: "sample", "sample-b", "Mine\.v1"/);
    expect(error.message).to.include("lab.models.list()").and.not.include(folder);
  });

  it("says in the server's words why it did not start", async () => {
    const error = await rejection<LabRequestError>(start({ slots: 1000 }));
    expect(error.code).to.equal("lab_not_started");
    expect(error.message).to.match(/slots is "1000"\. It must be a whole number from 1 to 64/);
  });
});
