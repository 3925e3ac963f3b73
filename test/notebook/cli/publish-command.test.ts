/** `locallab publish` with the real agent and an edge on loopback. */
import { existsSync } from "node:fs";
import { expect } from "chai";
import { PublishedLab } from "../../publish/published-lab.js";
import { skipWithoutAgent } from "../../server/publish/tunnel-bench.js";
import { endAll, type LocallabOptions, start } from "./locallab.js";

describe("locallab publish", function () {
  this.timeout(60_000);
  let lab: PublishedLab;
  let options: LocallabOptions;
  before(async function () {
    skipWithoutAgent(this);
    lab = await PublishedLab.start();
    options = { runtimeDir: lab.settings.runtimeDir };
  });
  after(() => lab?.stop());
  afterEach(async () => {
    await endAll();
    await lab.owner("DELETE", "/publish");
  });

  it("shows an address and a key that work, and closes it at Ctrl-C with 130", async () => {
    const publish = start(["publish", "--expires", "1h"], options);
    await publish.says(/Ctrl-C takes it off/);
    const said = publish.said();
    expect(said)
      .to.match(/^Published at https?:\S+$/m)
      .and.match(/^For sample · until /m);
    const [, key = ""] = /^Its key, shown this one time: (\S+)$/m.exec(said) ?? [];
    expect((await lab.visit("GET", "/models/available", { key })).status).to.equal(200);
    publish.child.kill("SIGINT");
    const { code, out, err } = await publish.outcome;
    expect([code, out.includes("█")]).to.deep.equal([130, false]);
    expect(err).to.contain("The address is closed; the lab itself runs on.");
    expect((await lab.publication()).state).to.equal("offline");
  });

  it("leaves an address open that was there before", async () => {
    const { url } = await lab.publish();
    const publish = start(["publish"], options);
    await publish.says(/as it was before\n/);
    expect(publish.said()).to.contain(url);
    await publish.says(/Its key was told/);
    publish.child.kill("SIGTERM");
    const { code, err } = await publish.outcome;
    expect([code, err.includes("stays open")]).to.deep.equal([130, true]);
    expect((await lab.publication()).state).to.equal("online");
  });

  it("ends with 0 when its time is over", async () => {
    const publish = start(["publish", "--expires", "2s"], options);
    const { code, err } = await publish.outcome;
    expect([code, err.includes("closed")]).to.deep.equal([0, true]);
  });

  it("ends with 1 and the reason when it cannot be published, with 2 for a value that is none", async () => {
    const env = { NGROK_AUTHTOKEN: "not-an-authtoken-but-secret" };
    const refused = await start(["publish"], { ...options, env }).outcome;
    expect(refused.code).to.equal(1);
    expect(refused.err).to.contain("does not look like an ngrok authtoken").and.not.contain("but-secret");
    const strange = await start(["publish", "--expires", "soon"], options).outcome;
    expect([strange.code, strange.err.includes("--expires")], strange.err).to.deep.equal([2, true]);
  });

  it("draws a QR code on a terminal where it fits, and a line that says how it is", async function () {
    if (!existsSync("/usr/bin/script")) this.skip();
    const wide = start(["publish"], { ...options, onTerminal: true, columns: 45 });
    await wide.says(/online · \d+ requests/);
    expect(wide.said()).to.contain("\u001b[97;40m██");
    wide.child.stdin?.write("\u0003");
    expect((await wide.outcome).code).to.equal(130);
    const narrow = start(["publish"], { ...options, onTerminal: true, columns: 20, env: { NO_COLOR: "1" } });
    await narrow.says(/Ctrl-C takes it off/);
    expect(narrow.said()).to.not.contain("█").and.not.contain("\u001b");
    narrow.child.stdin?.write("\u0003");
    expect((await narrow.outcome).code).to.equal(130);
  });
});
