/** What a cell gets from `lab.publish()` and `lab.passes`, in this process and with a kernel's displays recorded. */
import { inspect } from "node:util";
import { expect } from "chai";
import { Connection } from "../../src/notebook/client/connection.js";
import { ConnectedLab } from "../../src/notebook/lab/connected-lab.js";
import type { Publication } from "../../src/notebook/publish/publication.js";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { LoopbackEdge } from "../support/ngrok-edge/loopback-edge.js";
import { PublishedLab } from "./published-lab.js";

const kernelHost = globalThis as { __tslab__?: unknown };

describe("publishing from a cell", function () {
  this.timeout(60_000);
  let started: PublishedLab;
  let lab: ConnectedLab;
  let shown: string[][];

  before(async function () {
    skipWithoutAgent(this);
    started = await PublishedLab.start();
  });
  beforeEach(async () => {
    shown = [];
    const newDisplay = (): { raw(mime: string, source: string): void } => {
      const states: string[] = [];
      shown.push(states);
      return { raw: (_mime, source) => states.push(source) };
    };
    kernelHost.__tslab__ = { require: () => ({ newDisplay }) };
    lab = await ConnectedLab.connect(started.server.url, undefined, {
      connection: new Connection(started.server.url, started.server.ownerKey),
      name: "lab",
      logFile: null,
      ending: async () => ({
        url: started.server.url,
        server_stopped: false,
        port: null,
        freed_bytes: null,
        ended: [],
      }),
    });
  });
  afterEach(async () => {
    await lab.stop();
    await started.owner("DELETE", "/publish");
    delete kernelHost.__tslab__;
  });
  after(async () => started?.stop());

  const lastCard = (): string => shown[0]?.at(-1) ?? "";

  async function shows(words: string): Promise<void> {
    const until = performance.now() + 25_000;
    while (!lastCard().includes(words) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lastCard()).to.contain(words);
  }

  it("shows one card that becomes the publication's own, with code to copy and a QR code", async () => {
    const site = await lab.publish({ expiresIn: "1h" });
    await shows("online");
    expect(shown).to.have.length(2);
    expect(shown[0]?.[0]).to.contain("opening the tunnel");
    expect(lastCard()).to.contain("<svg role=").and.contain(`QR code of ${site.url}`);
    expect(lastCard()).to.contain("of a month of ngrok&#39;s free plan").and.not.contain("<details");
    // the fold is an output of its own, which no change of the card touches
    expect(shown[1]).to.have.length(1);
    expect(shown[1]?.[0]).to.contain("<details").and.contain("ngrok-skip-browser-warning").and.contain(site.url);
    expect(lastCard()).to.match(/in (59 min|1 h 0 min)/);
    expect(site.expiresAt.getTime() - Date.now()).to.be.closeTo(3_600_000, 30_000);
  });

  it("hides the key wherever the publication is shown, and reveals it on request", async () => {
    const site = await lab.publish();
    const key = site.key?.reveal() as string;
    expect((await started.visit("GET", "/models/available", { key })).status).to.equal(200);
    const everything = [inspect(site, { depth: 9 }), JSON.stringify(site), String(site.key), ...shown.flat()].join();
    for (const secret of [key, LoopbackEdge.token, started.server.ownerKey]) {
      expect(everything).to.not.contain(secret);
    }
  });

  it("gives the same publication when the cell runs again, with its key", async () => {
    const site = await lab.publish();
    const again = await lab.publish({ domain: "other.ngrok-free.app" });
    expect(again).to.equal(site);
    await shows("changed nothing");
  });

  it("finds a publication again that another kernel made, without its key", async () => {
    const { url } = await started.publish();
    const site = await lab.publish();
    expect([site.url, site.key]).to.deep.equal([url, undefined]);
    await shows("makes another");
  });

  it("keeps the card up to date: who uses it, an outage, the end", async () => {
    const site: Publication = await lab.publish();
    const ann = await lab.passes.create({ name: "Ann <i>", maxTokens: 1000 });
    await started.visit("POST", "/generate", { key: ann.key.reveal(), body: { prompt: "The sea", max_length: 3 } });
    await shows("Ann &lt;i&gt;");
    await started.edge.controlDown();
    await shows("reconnecting");
    await started.edge.controlUp();
    await shows("online");
    await site.close();
    await shows("closed");
    expect(shown[1]?.at(-1)).to.equal("");
    expect(site.state).to.equal("offline");
    expect(lastCard()).to.not.contain("<svg").and.not.contain("lab_pass_").and.not.contain(site.url);
  });

  it("shows the publication closed once the lab has ended", async () => {
    await lab.publish();
    await shows("online");
    await lab.stop();
    expect(lastCard()).to.contain("closed");
  });

  it("makes, lists and revokes passes", async () => {
    const pass = await lab.passes.create({
      name: "Bob",
      expiresIn: "30m",
      scopes: ["infer", "manage"],
      maxRequests: 2,
    });
    expect(pass).to.deep.include({ name: "Bob", scopes: ["infer", "manage"], max_requests: 2, state: "active" });
    expect(inspect(pass)).to.contain("Bob").and.not.contain(pass.key.reveal());
    expect((await lab.passes.list()).map(({ id }) => id)).to.include(pass.id);
    expect((await lab.passes.revoke(pass)).state).to.equal("revoked");
  });

  it("publishes the models that are named, says so on the card, and a pass may be for one of them", async () => {
    const site = await lab.publish({ models: ["sample", "sample-b"] });
    await shows("online");
    expect(lastCard()).to.match(/>Models<\/span><span[^>]*>sample, sample-b</);
    const key = site.key?.reveal() as string;
    const ask = (model_id: string, by: string) =>
      started.visit("POST", "/generate", { key: by, body: { prompt: "The sea", max_length: 2, model_id } });
    expect((await ask("sample-b", key)).status).to.equal(200);
    const ann = await lab.passes.create({ name: "Ann", models: ["sample-b"] });
    expect(inspect(ann)).to.include("for sample-b");
    expect((await ask("sample-b", ann.key.reveal())).status).to.equal(200);
    expect((await ask("sample", ann.key.reveal())).status).to.equal(404);
    await shows("infer: sample-b");
    await lab.passes.revoke(ann);
  });

  it("says in words why a model that there is none of is not published", async () => {
    const error = await lab.publish({ models: ["nope"] }).catch((reason: Error) => reason);
    expect((error as Error).message).to.contain('No model is called "nope"');
    expect(lastCard()).to.contain("failed");
  });

  it("names an option that there is none of", async () => {
    const error = await lab.publish({ auth: "none" } as object).catch((reason: Error) => reason);
    expect(error).to.include({ code: "invalid_request" });
    expect((error as Error).message).to.contain('no option "auth"');
  });
});
