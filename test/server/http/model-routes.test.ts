import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type RealServer, startRealServer } from "../../support/real-server.js";

describe("the routes about models, with a real server", function () {
  this.timeout(60_000);
  let lab: RealServer;
  let visitor: { authorization: string };
  before(async () => {
    lab = await startRealServer({ model: "none" });
    const owner = { authorization: `Bearer ${lab.server.ownerKey}` };
    const pass = await lab.post("/passes", { name: "guest", scopes: ["infer"] }, owner);
    visitor = { authorization: `Bearer ${pass.json.key}` };
    mkdirSync(lab.settings.modelsDir, { recursive: true });
    writeFileSync(join(lab.settings.modelsDir, "odd.gguf"), "x");
  });
  after(() => lab.stop());

  it("end a load when its connection closes: the model is not loaded", async () => {
    const call = request({ port: lab.port, host: "127.0.0.1", method: "POST", path: "/models/load" });
    call.on("error", () => {});
    call.setHeader("Content-Type", "application/json");
    call.end(JSON.stringify({ model_id: "sample" }));
    const loading = async (): Promise<unknown> => (await lab.get("/health")).json.loading;
    while ((await loading()) === null) await new Promise((resolve) => setTimeout(resolve, 5));
    call.destroy();
    while ((await loading()) !== null) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await lab.get("/health")).json).to.deep.include({ state: "no_model", model: null, models: [] });
    expect((await lab.get("/models/current")).status).to.equal(404);
  });

  it("let no visitor load a model, by any route and any name", async () => {
    for (const [path, body] of [
      ["/generate", { prompt: "x", model_id: "sample" }],
      ["/generate", { prompt: "x", model_id: "sample", stream: true }],
      ["/generate/batch", { prompts: ["x", "y"], model_id: "sample" }],
      ["/chat", { messages: [{ role: "user", content: "x" }], model_id: "sample" }],
      ["/generate", { prompt: "x", model_id: "odd" }],
      ["/models/load", { model_id: "sample" }],
      ["/models/unload", {}],
    ] as const) {
      const { status, json } = await lab.post(path, body, visitor);
      expect([status, json.error.code], path).to.deep.equal([403, "insufficient_scope"]);
    }
    expect((await lab.post("/generate", { prompt: "x", model_id: "nope" }, visitor)).status).to.equal(404);
    expect((await lab.get("/health")).json.models).to.deep.equal([]);
  });

  it("tell paths, process numbers and the host's name to those who manage only", async () => {
    await lab.post("/models/load", { model_id: "sample" });
    const secrets = [lab.settings.modelsDir, lab.settings.cacheDir, userInfo().homedir, `"${hostname()}"`];
    for (const path of ["/models/available", "/models/current", "/health", "/system/info", "/ready"]) {
      const { text, status } = await lab.get(path, visitor);
      expect(status, path).to.equal(200);
      for (const secret of secrets.filter((one) => one.length > 3)) expect(text, path).to.not.include(secret);
    }
    expect((await lab.get("/system/info", visitor)).json.engine.pid).to.equal(null);
    const { json } = await lab.get("/system/info");
    expect(json.engine.pid).to.be.a("number");
    expect(json.os.hostname).to.equal(hostname());
    expect(json.models).to.have.length(1);
    expect((await lab.get("/models/available")).json.models_dir).to.equal(lab.settings.modelsDir);
  });

  it("list what is in memory with its slots, its memory and when it was used", async () => {
    const { models } = (await lab.get("/health")).json;
    expect(models).to.have.length(1);
    expect(models[0]).to.deep.include({
      id: "sample",
      state: "loaded",
      is_current: true,
      slots: { busy: 0, total: 4 },
      waiting: 0,
      keep_alive_until: null,
    });
    expect(models[0].memory_bytes).to.be.greaterThan(1e6);
    expect(Date.parse(models[0].last_used)).to.be.closeTo(Date.now(), 60_000);
    const current = (await lab.get("/models/current")).json;
    expect(current).to.include({ id: "sample", note: null, gpu_layers: 0 });
    expect(current.total_layers).to.be.greaterThan(0);
    expect(current.exact.holds).to.be.a("boolean");
    expect(current.exact.reason).to.match(/^[A-Z].*\.$/);
    expect(current.models).to.have.length(1);
  });

  it("unload by name; a model that is not in memory is a 404 that names what is", async () => {
    const { status, json } = await lab.post("/models/unload", { model_id: "sample-b" });
    expect([status, json.error.code]).to.deep.equal([404, "model_not_found"]);
    expect(json.detail).to.equal('"sample-b" is not in memory. In memory: "sample".');
    expect((await lab.post("/models/unload", { model_id: "sample" })).json).to.include({ model_id: "sample" });
  });

  it("bring the file that is there now", async () => {
    const put = async (id: string): Promise<void> => {
      const { ensureSampleModel } = await import("../../../src/server/models/sample/sample-models.js");
      const { copyFileSync } = await import("node:fs");
      const target = join(lab.settings.modelsDir, "mine");
      copyFileSync(await ensureSampleModel(id as "sample", lab.settings.cacheDir), `${target}.new`);
      renameSync(`${target}.new`, `${target}.gguf`);
    };
    const answer = async (): Promise<string> =>
      (await lab.post("/generate", { model_id: "mine", prompt: "The sea", max_length: 12, temperature: 0 })).json
        .response;
    await put("sample");
    const before = await answer();
    await put("sample-b");
    expect(await answer(), "a request goes on with the old file").to.equal(before);
    const entries = (await lab.get("/models/available")).json.models as { id: string; is_outdated: boolean }[];
    expect(entries.find(({ id }) => id === "mine")).to.include({ is_outdated: true });
    expect((await lab.post("/models/load", { model_id: "mine" })).status).to.equal(200);
    expect(await answer()).to.not.equal(before);
  });
});
