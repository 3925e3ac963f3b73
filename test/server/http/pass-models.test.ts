import { request } from "node:http";
import { expect } from "chai";
import { send } from "../../support/http-client.js";
import { type RealServer, startRealServer } from "../../support/real-server.js";
import { until } from "../../support/until.js";

describe("a pass and its models", function () {
  this.timeout(60_000);
  let lab: RealServer;
  let owner: Record<string, string>;
  const keyOf = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

  before(async () => {
    lab = await startRealServer({ model: "sample", resident: 1 });
    owner = keyOf(lab.server.ownerKey);
  });
  after(() => lab.stop());

  it("is none when the client goes while its models load, and ends that load", async () => {
    const call = request({ port: lab.port, host: "127.0.0.1", method: "POST", path: "/passes", headers: owner });
    call.on("error", () => {});
    call.setHeader("Content-Type", "application/json");
    call.end(JSON.stringify({ name: "Gone", models: ["sample-b"] }));
    const loading = async (): Promise<unknown> => (await lab.get("/health")).json.loading;
    await until(async () => (await loading()) !== null);
    call.destroy();
    await until(async () => (await loading()) === null);
    expect((await lab.get("/passes", owner)).json.passes).to.deep.equal([]);
    // nothing is kept for it: the place is free
    expect((await lab.post("/models/load", { model_id: "sample" }, owner)).status).to.equal(200);
  });

  it("names the loaded one by itself: its holder sees and uses that alone, and it stays in memory", async () => {
    const { json: pass } = await lab.post("/passes", { name: "Ann" }, owner);
    expect(pass.models).to.deep.equal(["sample"]);
    const { json: list } = await lab.get("/models/available", keyOf(pass.key));
    expect(list.models.map(({ id }: { id: string }) => id)).to.deep.equal(["sample"]);
    const hidden = await lab.post("/generate", { prompt: "x", model_id: "sample-b" }, keyOf(pass.key));
    const unknown = await lab.post("/generate", { prompt: "x", model_id: "sample-x" }, keyOf(pass.key));
    expect([hidden.status, hidden.json.error.code]).to.deep.equal([404, "model_not_found"]);
    expect(hidden.json.detail.replace("sample-b", "sample-x")).to.equal(unknown.json.detail);
    const blocked = await lab.post("/models/load", { model_id: "sample-b" }, owner);
    expect([blocked.status, blocked.json.error.code]).to.deep.equal([400, "model_load_failed"]);
    expect(blocked.json.detail).to.contain('"sample" is kept for a publication or a pass');
    await send(lab.port, "DELETE", `/passes/${pass.id}`, { headers: owner });
    expect((await lab.post("/models/load", { model_id: "sample-b" }, owner)).status).to.equal(200);
  });

  it("loads the ones it names, refuses those that do not fit, and keeps nothing of a refused one", async () => {
    const both = await lab.post("/passes", { name: "Bob", models: ["sample", "sample-b"] }, owner);
    expect([both.status, both.json.error.code]).to.deep.equal([400, "model_load_failed"]);
    const none = await lab.post("/passes", { name: "Bob", models: ["nope"] }, owner);
    expect([none.status, none.json.error.code]).to.deep.equal([404, "model_not_found"]);
    const one = await lab.post("/passes", { name: "Bob", models: ["sample"] }, owner);
    expect(one.json.models).to.deep.equal(["sample"]);
    const { json } = await lab.post("/generate", { prompt: "The sea", max_length: 2 }, keyOf(one.json.key));
    expect(json.model).to.equal("sample");
  });

  it("has every model where that is asked for, and keeps none", async () => {
    const { json: pass } = await lab.post("/passes", { name: "Dora", models: ["*"] }, owner);
    expect(pass.models).to.equal(null);
    const { json: list } = await lab.get("/models/available", keyOf(pass.key));
    expect(list.models.map(({ id }: { id: string }) => id)).to.deep.equal(["sample", "sample-b"]);
  });

  it("has every model where it may load them", async () => {
    const { json } = await lab.post("/passes", { name: "Cleo", scopes: ["infer", "manage"] }, owner);
    expect(json.models).to.equal(null);
  });
});
