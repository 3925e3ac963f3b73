/** The models folder and the owner's own files, through the door of a whole server. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { GgufWriter } from "../../../src/server/models/sample/gguf-writer.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import type { ModelEntry, ModelList } from "../../../src/server/wire/models.js";
import { send } from "../../support/http-client.js";
import { type RealServer, startRealServer } from "../../support/real-server.js";
import { sampleCacheDir } from "../../support/test-settings.js";

describe("the models folder of a server", function () {
  this.timeout(120_000);
  let lab: RealServer;
  let elsewhere: string;
  let weights: string;
  before(async () => {
    elsewhere = mkdtempSync(join(tmpdir(), "locallab-disk-"));
    weights = join(elsewhere, "Real.Model-F32.gguf");
    symlinkSync(await ensureSampleModel("sample", sampleCacheDir), weights);
    lab = await startRealServer({ model: "none" });
  });
  after(async () => {
    await lab.stop();
    rmSync(elsewhere, { recursive: true, force: true });
  });
  const keyOf = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
  const put = (name: string, values: Record<string, string | number | boolean>): void => {
    const writer = new GgufWriter();
    for (const [key, value] of Object.entries(values)) {
      if (typeof value === "string") writer.string(key, value);
      else if (typeof value === "number") writer.u32(key, value);
      else writer.bool(key, value);
    }
    writer.tensor({ name: "w", dims: [64], type: "F32", data: () => [new Uint8Array(256)] });
    writeFileSync(join(lab.settings.modelsDir, name), Buffer.concat([...writer.bytes()]));
  };
  const list = async (): Promise<ModelEntry[]> => (await lab.get("/models/available")).json.models;

  it("is made at the start, and what is put into it is there at once, links too", async () => {
    mkdirSync(join(lab.settings.modelsDir, "hub"));
    symlinkSync(weights, join(lab.settings.modelsDir, "hub", "Linked.gguf"));
    const { json } = await lab.post("/generate", { model_id: "linked.gguf", prompt: "The sea", max_length: 3 });
    expect(json.model).to.equal("hub/Linked");
    const entry = (await list()).find(({ id }) => id === "hub/Linked");
    expect(entry).to.include({ kind: "text", quantization: "F32", state: "loaded" });
    expect(entry?.description).to.match(/^LocalLab sample: \S+ parameters, F32, trained for \d+ tokens\.?/);
  });

  it("is listed before the sample models, each file with its numbers and whether there is memory for it", async () => {
    symlinkSync(weights, join(lab.settings.modelsDir, "numbers.gguf"));
    const entries = await list();
    const samples = entries.findIndex(({ id }) => id === "sample");
    expect(entries.findIndex(({ id }) => id === "numbers")).to.be.within(0, samples - 1);
    expect(entries.slice(samples).every(({ id }) => id.startsWith("sample"))).to.equal(true);
    const entry = entries.find(({ id }) => id === "numbers");
    expect(entry?.parameters).to.be.within(10_000, 100_000_000);
    expect(entry?.train_context).to.be.greaterThan(63);
    expect(entry?.needed_bytes).to.be.greaterThan(entry?.size_bytes ?? Number.POSITIVE_INFINITY);
    expect(entry?.fits).to.equal(true);
    const pass = (await lab.post("/passes", { name: "Bo", models: ["*"] }, keyOf(lab.server.ownerKey))).json;
    const seen = (await lab.get("/models/available", keyOf(pass.key))).json as ModelList;
    expect(seen.models.map(({ fits }) => fits).filter((fits) => fits !== null)).to.deep.equal([]);
    expect([seen.models_dir, seen.models_dir_note]).to.deep.equal([null, null]);
    rmSync(join(lab.settings.modelsDir, "numbers.gguf"));
  });

  it("offers no file that cannot talk, says what it is, and refuses it with these words", async () => {
    put("eyes.gguf", { "general.type": "mmproj", "general.architecture": "clip" });
    put("lora.gguf", { "general.type": "adapter", "general.architecture": "llama" });
    const entries = await list();
    for (const [id, kind, words] of [
      ["eyes", "projector", /mmproj/],
      ["lora", "adapter", /LoRA/],
    ] as const) {
      expect(entries.find((entry) => entry.id === id)).to.include({ kind, state: "bad" });
      const refused = await lab.post("/models/load", { model_id: id });
      expect([refused.status, refused.json.error.code]).to.deep.equal([400, "model_load_failed"]);
      const asked = await lab.post("/generate", { model_id: id, prompt: "x", max_length: 3 });
      expect(asked.status).to.equal(400);
      expect(refused.json.detail)
        .to.match(words)
        .and.match(/ Load a model that is made for text\.$/);
      expect(asked.json.detail).to.match(words);
    }
  });

  it("offers a model for embeddings, and refuses to talk with it before it is loaded", async () => {
    put("embed.gguf", { "general.architecture": "bert", "bert.attention.causal": false, "bert.pooling_type": 1 });
    expect((await list()).find(({ id }) => id === "embed")).to.include({ kind: "embedding", state: "available" });
    const asked = await lab.post("/generate", { model_id: "embed", prompt: "x", max_length: 3 });
    expect([asked.status, asked.json.error.code, asked.json.error.param]).to.deep.equal([
      400,
      "invalid_request",
      "model",
    ]);
    expect(asked.json.detail).to.match(/^"embed" is a model for embeddings, .* POST \/v1\/embeddings asks it\./);
    // nothing was loaded for it: its file has no weights
    expect((await list()).find(({ id }) => id === "embed")).to.include({ state: "available", is_loaded: false });
  });

  it("opens a file elsewhere by its path for the owner alone, and shows its name to others", async () => {
    const pass = (await lab.post("/passes", { name: "Ann", scopes: ["infer", "manage"] }, keyOf(lab.server.ownerKey)))
      .json;
    const body = { model_id: weights };
    const others: readonly Record<string, string>[] = [{}, { "x-api-key": "made-up-key-0123456789" }, keyOf(pass.key)];
    for (const headers of others) {
      const refused = await lab.post("/models/load", body, headers);
      expect([refused.status, refused.json.error.code]).to.deep.equal([404, "model_not_found"]);
      expect(refused.json.detail).to.not.include(elsewhere);
    }
    const loaded = await lab.post("/models/load", body, keyOf(lab.server.ownerKey));
    expect([loaded.status, loaded.json.model?.id]).to.deep.equal([200, "hub/Linked"], "the same file as the link");
    const copy = join(elsewhere, "Copy.gguf");
    copyFileSync(weights, copy);
    const own = await lab.post("/models/load", { model_id: copy }, keyOf(lab.server.ownerKey));
    expect([own.status, own.json.model?.id]).to.deep.equal([200, "Copy"]);
    const shown = await Promise.all(
      ["/models/available", "/models/current", "/health", "/system/info", "/requests"].map((path) =>
        send(lab.port, "GET", path, { headers: keyOf(pass.key) }),
      ),
    );
    expect(JSON.stringify(shown.map(({ json }) => json)))
      .to.include('"Copy"')
      .and.not.include(elsewhere);
    rmSync(copy);
    expect((await list()).find(({ id }) => id === "Copy")).to.deep.include({ state: "loaded", kind: null });
  });

  it("is listed in seconds with a thousand files in it, and at once the next time", async () => {
    for (let number = 0; number < 1000; number++) {
      put(`many-${number}.gguf`, { "general.architecture": "llama", "general.name": `Number ${number}` });
    }
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const began = performance.now();
      expect((await list()).length).to.be.greaterThan(1000);
      times.push(performance.now() - began);
    }
    expect(times[0]).to.be.lessThan(20_000);
    expect(times[2]).to.be.lessThan(5000);
    const last = (await list()).find(({ id }) => id === "many-999");
    expect(last?.description, "its header was read meanwhile").to.match(/^Number 999: /);
  });
});
