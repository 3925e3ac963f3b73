import { join } from "node:path";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { endLabs } from "../../scripts/setup/end-labs.mjs";
import { processIdentity } from "../../src/server/state/process-identity.js";
import { writeState } from "../../src/server/state/state-file.js";
import { FakeLabServer, sendJson } from "../support/fake-lab-server.js";
import { temporaryFolder } from "../support/temp-folder.js";

describe("the labs that the end of Jupyter ends", function () {
  this.timeout(120_000);
  let lab: FakeLabServer;
  let stranger: FakeLabServer;
  let runtimeDir: string;
  before(() => ensureBuild({ log: () => {} }));
  beforeEach(async () => {
    runtimeDir = temporaryFolder();
    const socket = join(runtimeDir, "own.sock");
    lab = await FakeLabServer.start({ path: socket });
    stranger = await FakeLabServer.start();
    lab.on("POST /stop", (_, response) => sendJson(response, 200, {}));
    writeState(runtimeDir, {
      name: "nobodys",
      pid: process.pid,
      processStart: processIdentity(process.pid) as string,
      version: "0",
      url: stranger.url,
      socket,
      ownerKey: "owner-key-0123456789",
      apiKey: null,
      logFile: null,
      flags: {},
      settings: { linger: 120 },
    });
  });
  afterEach(async () => {
    await lab.stop();
    await stranger.stop();
  });

  const heldBy = (holders: number): void =>
    lab.on("GET /attach", (_, response) => response.writeHead(200).write(`data: {"holders": ${holders}}\n\n`));

  it("are asked through their socket: a program that has the port by now gets no key", async () => {
    heldBy(1);
    expect(await endLabs({ runtimeDir, since: 0 })).to.deep.equal(["nobodys"]);
    expect(lab.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal(["GET /attach", "POST /stop"]);
    expect(stranger.seen).to.deep.equal([]);
  });

  it("are left alone while another kernel holds them", async () => {
    heldBy(2);
    expect(await endLabs({ runtimeDir, since: 0 })).to.deep.equal([]);
    expect(lab.seen.map(({ path }) => path)).to.deep.equal(["/attach"]);
  });
});
