import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { expect } from "chai";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { PublishedLab } from "./published-lab.js";

describe("publishing a lab", function () {
  this.timeout(60_000);
  let lab: PublishedLab;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    lab = await PublishedLab.start();
  });
  afterEach(async () => lab.stop());

  it("gives an address that works with the key that was made, and with no other", async () => {
    const { url, key, is_new, state, expires_at } = await lab.publish();
    expect({ url, is_new, state }).to.deep.equal({ url: lab.edge.publicUrl, is_new: true, state: "online" });
    expect(key).to.match(/^lab_pub_[\w-]{43}$/);
    expect(Date.parse(expires_at ?? "") - Date.now()).to.be.closeTo(8 * 3600 * 1000, 60_000);
    const body = { prompt: "The sea", max_length: 4 };
    expect((await lab.visit("POST", "/generate", { body, key: key as string })).status).to.equal(200);
    expect((await lab.visit("POST", "/generate", { body })).json.error.code).to.equal("missing_api_key");
    expect((await lab.visit("POST", "/generate", { body, key: "wrong" })).json.error.code).to.equal("invalid_api_key");
    expect(await lab.logText()).to.not.contain(key as string);
  });

  it("gives the live publication when it is asked for twice, and says what changed nothing", async () => {
    const [first, second] = await Promise.all([lab.publish(), lab.publish()]);
    expect([first.is_new, second.is_new].sort()).to.deep.equal([false, true]);
    const third = await lab.publish({ domain: "other.ngrok-free.app" });
    expect(third).to.include({ url: first.url, is_new: false, key: null });
    expect(third.warnings.join()).to.contain('"domain" changed nothing');
    expect(lab.edge.agents.auths).to.have.length(1);
  });

  it("is gone when it is closed, and can be published again with another key", async () => {
    const { key } = await lab.publish();
    const closed = (await lab.owner("DELETE", "/publish")).json;
    expect(closed).to.include({ state: "offline", url: null, expires_at: null });
    await lab.edge.sessionCount(0);
    const again = await lab.publish();
    expect(again.key).to.not.equal(key);
    expect((await lab.visit("GET", "/models/available", { key: key as string })).status).to.equal(401);
  });

  it("ends by itself when its time is over", async () => {
    await lab.publish({ expires_in: "1s" });
    await lab.edge.sessionCount(0);
    while ((await lab.publication()).state === "closing") await new Promise(setImmediate);
    expect(await lab.publication()).to.deep.include({ state: "offline", url: null });
    expect((await lab.publication()).problem?.code).to.equal("expired");
  });

  it("is given up when who asked for it goes away", async () => {
    const bound = once(lab.edge.agents, "open");
    const leaving = httpRequest({
      port: lab.server.port,
      method: "POST",
      path: "/publish",
      headers: { Authorization: `Bearer ${lab.server.ownerKey}` },
    });
    leaving.on("error", () => {});
    leaving.end();
    await bound;
    leaving.destroy();
    await lab.edge.sessionCount(0);
    expect(await lab.publication()).to.include({ url: null });
    expect((await lab.publish()).is_new).to.equal(true);
  });

  it("is given up when the server stops meanwhile", async () => {
    const bound = once(lab.edge.agents, "open");
    const asked = lab.publish().catch((reason: unknown) => reason);
    await bound;
    await lab.server.stop(0);
    await asked;
    await lab.edge.sessionCount(0);
  });

  it("lets who is being served finish when the server stops", async () => {
    const { key } = await lab.publish();
    const body = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, max_length: 300 };
    const served = lab.visit("POST", "/generate", { body, key: key as string });
    while ((await lab.owner("GET", "/health")).json.slots.busy === 0);
    const stopped = lab.server.stop(10);
    expect((await served).json.usage.completion_tokens).to.equal(300);
    await stopped;
  });

  it("says in the receipt of a stop which address was closed", async () => {
    const { url } = await lab.publish();
    const receipt = await lab.owner("POST", "/stop", {});
    expect(receipt.json).to.include({ status: "stopped", public_url: url });
    expect(lab.edge.agents.sessions.size).to.equal(0);
  });
});
