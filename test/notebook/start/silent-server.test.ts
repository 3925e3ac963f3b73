/** A server that accepts and says nothing: everything a notebook asks of it ends. */
import { expect } from "chai";
import { connectionTo } from "../../../src/notebook/client/local-connection.js";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { holdServer } from "../../../src/notebook/start/holder.js";
import { localLab } from "../../../src/notebook/start/local-lab.js";
import { startLab } from "../../../src/notebook/start/start-lab.js";
import { stopServer } from "../../../src/notebook/start/stop-server.js";
import { processIdentity } from "../../../src/server/state/process-identity.js";
import { writeState } from "../../../src/server/state/state-file.js";
import { FakeLabServer, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";
import { type SilentProcess, startSilentProcess } from "../../support/silent-process.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { until } from "../../support/until.js";

const kernelHost = globalThis as { __tslab__?: unknown };

describe("a server that says nothing", () => {
  let silent: SilentProcess;
  beforeEach(async () => {
    silent = await startSilentProcess("silent");
  });
  afterEach(() => silent.end());

  it("is not held: the attempt has a deadline", async () => {
    const connection = connectionTo(silent.state);
    const error = await rejection<LabRequestError>(holdServer(connection, 0.2));
    expect(error.code).to.equal("connection_failed");
    expect(error.message).to.include("has said nothing for 0.2 s. Run `await lab.stop()`, or in a terminal");
    connection.close();
  });

  it("is stopped all the same, by force, within the time it has", async () => {
    const connection = connectionTo(silent.state);
    const limits = { drainSeconds: 0, answerSeconds: 0.2, endTimeoutMs: 100 };
    const receipt = await stopServer(silent.state, connection, limits);
    expect(receipt).to.include({ server_stopped: true, freed_bytes: null });
    expect(receipt.ended.join()).to.include("ended by force").and.include(String(silent.state.pid));
    expect(processIdentity(silent.state.pid)).to.equal(null);
    connection.close();
  });

  it("does not take the port for another program's while the last of the server goes", async () => {
    const last = await FakeLabServer.start();
    setTimeout(() => void last.stop(), 300);
    const connection = connectionTo(silent.state);
    const limits = { drainSeconds: 0, answerSeconds: 0.1, endTimeoutMs: 50 };
    const { ended } = await stopServer({ ...silent.state, url: last.url }, connection, limits);
    expect(ended.at(-1)).to.match(/^Port \d+ is free\.$/);
    connection.close();
  });

  it("is never killed by the number of a process that is another one by now", async () => {
    const stranger = { ...silent.state, processStart: "1" };
    const connection = connectionTo(stranger);
    const receipt = await stopServer(stranger, connection, { drainSeconds: 0, answerSeconds: 0.1, endTimeoutMs: 50 });
    expect(receipt.ended.join()).to.include("had ended already");
    expect(processIdentity(silent.state.pid)).to.equal(silent.state.processStart);
    connection.close();
  });

  it("does not keep a cell: an interrupt ends startLab at once, and says so in its output", async () => {
    const runtimeDir = temporaryFolder();
    writeState(runtimeDir, silent.state);
    const shown: string[] = [];
    const before = process.env.LOCALLAB_RUNTIME_DIR;
    process.env.LOCALLAB_RUNTIME_DIR = runtimeDir;
    kernelHost.__tslab__ = {
      require: () => ({ newDisplay: () => ({ raw: (_mime: string, html: string) => shown.push(html) }) }),
    };
    try {
      const started = rejection<LabRequestError>(startLab({ name: "silent" }));
      await until(() => shown.join().includes("Asking the lab that runs"));
      const began = performance.now();
      process.emit("SIGINT");
      expect((await started).code).to.equal("request_cancelled");
      expect(performance.now() - began).to.be.below(1000);
    } finally {
      delete kernelHost.__tslab__;
      if (before === undefined) delete process.env.LOCALLAB_RUNTIME_DIR;
      else process.env.LOCALLAB_RUNTIME_DIR = before;
    }
    expect(shown.at(-1)).to.include("start given up");
  });
});

describe("a lab that cannot be attached to", () => {
  let fake: FakeLabServer;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
  });
  afterEach(() => fake.stop());

  const attach = (): Promise<{ code: string }> => {
    const own = { pid: process.pid, processStart: processIdentity(process.pid) as string, version: "0", apiKey: null };
    const known = { name: "broken", url: fake.url, ownerKey: "k", logFile: null, flags: {}, settings: {} };
    return rejection(localLab({ ...known, ...own, socket: null }));
  };

  it("leaves nothing open: who holds it lets go", async () => {
    fake.on("GET /attach", (_, response) => response.writeHead(200).write("data: {}\n\n"));
    fake.on("GET /health", (_, response) => sendError(response, 500, "internal_error", "It is broken."));
    expect((await attach()).code).to.equal("internal_error");
    const attached = await fake.request(({ path }) => path === "/attach");
    expect(await attached.outcome).to.equal("left");
  });

  it("keeps no connection when it refuses to be held", async () => {
    fake.on("GET /attach", (_, response) => sendError(response, 404, "not_found", "It cannot be held."));
    expect((await attach()).code).to.equal("not_found");
    await until(async () => (await fake.connections()) === 0, 3000);
  });
});
