import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describeFile } from "../../../src/server/models/describe-file.js";
import type { FileFacts } from "../../../src/server/models/file-facts.js";
import { FileInspector, type Inspection } from "../../../src/server/models/file-inspector.js";
import { neededBytes } from "../../../src/server/models/fit.js";
import { readGgufHeader } from "../../../src/server/models/gguf-header.js";
import { GgufWriter } from "../../../src/server/models/sample/gguf-writer.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { writeHostileModels } from "../../support/hostile-models.js";
import { sampleCacheDir } from "../../support/test-settings.js";

describe("the header of a GGUF file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "locallab-header-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const inspect = (...paths: string[]): Promise<Inspection> =>
    new FileInspector().inspect(paths.map((path) => ({ path, sizeBytes: statSync(path).size, version: "1" })));
  const bert = { "general.architecture": "bert" };
  const qwen = { "general.architecture": "qwen3" };
  /** A model with these values and, unless it is to have none, one tensor. */
  const model = (values: Record<string, string | number | boolean>, { weights = true } = {}): Buffer => {
    const writer = new GgufWriter();
    for (const [key, value] of Object.entries(values)) {
      if (typeof value === "string") writer.metadata.set(key, { type: "string", value });
      else if (typeof value === "number") writer.metadata.set(key, { type: "u32", value });
      else writer.metadata.set(key, { type: "bool", value });
    }
    if (weights) writer.tensors.push({ name: "w", dims: [64], type: "F32", data: () => [new Uint8Array(256)] });
    return Buffer.concat([...writer.bytes()]);
  };

  it("tells what a sample model is, and how long its file is", async () => {
    const path = await ensureSampleModel("sample", sampleCacheDir);
    const { size } = statSync(path);
    const header = await readGgufHeader(path, size);
    expect(header.values.get("general.architecture")).to.equal("llama");
    expect(header.tensors).to.be.greaterThan(3);
    expect(header.wholeBytes).to.be.within(size - 64, size);
    expect(header.values.get("tokenizer.ggml.tokens")).to.have.property("length").greaterThan(300);
    expect(neededBytes(size, header, { context: "auto", slots: 4 })).to.be.greaterThan(size);
    const twice =
      neededBytes(size, header, { context: 4096, slots: 8 }) - neededBytes(size, header, { context: 4096, slots: 4 });
    expect(twice).to.be.greaterThan(1e6);
  });

  for (const [what, content, reason] of [
    ["a web page", "<!DOCTYPE html>\n<html><body>Sign in</body></html>", /web page/],
    ["a page with a comment first", "\n <!-- x --><html>", /web page/],
    ["an error of a site", '{"error":"Repository not found"}', /JSON/],
    ["a git-lfs pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", /git-lfs pointer/],
    ["nothing", "", /is empty/],
    ["zeros", Buffer.alloc(4096), /zeros/],
    ["a PyTorch model", Buffer.from("PK\u0003\u0004aaaaaaaaaaaaaaaaaaaaaa"), /PyTorch/],
    ["a safetensors model", Buffer.from('\u0050\0\0\0\0\0\0\0{"__metadata__":{}}'), /safetensors/],
    ["a model older than GGUF", "tjggaaaaaaaaaaaaaaaaaaaaaaaaaaa", /older than GGUF/],
    ["only the first letters", "GGUF", /cut off/],
    ["another version", Buffer.from("GGUF\u0063\0\0\0aaaaaaaaaaaaaaaaaaaaaa"), /version 99/],
    ["the other byte order", Buffer.from("GGUF\0\0\0\u0003aaaaaaaaaaaaaaaaaaaaaa"), /byte order/],
  ] as const) {
    it(`knows ${what} under the name of a model`, async () => {
      const { problem, isBad } = await inspect(file("x.gguf", content));
      expect(problem)
        .to.match(reason)
        .and.match(/^[A-Z].*[^.]\.$/s);
      expect(isBad).to.equal(true);
    });
  }

  for (const [what, values, kind, reason] of [
    ["a LoRA adapter", { "general.type": "adapter", "general.architecture": "llama" }, "adapter", /LoRA adapter/],
    ["an image projector by its type", { "general.type": "mmproj" }, "projector", /mmproj/],
    ["an image projector by its architecture", { "general.architecture": "clip" }, "projector", /mmproj/],
    ["a control vector", { "general.architecture": "controlvector" }, "control-vector", /control vector/],
    ["an importance matrix", { "general.type": "imatrix" }, "imatrix", /importance matrix/],
    ["a model of pictures", { "general.architecture": "flux" }, "image", /pictures/],
    ["a model that hears", { "general.architecture": "whisper" }, "speech", /speech/],
    ["a vocoder", { "general.architecture": "wavtokenizer-dec" }, "speech", /speech/],
    ["a model that writes by diffusion", { "general.architecture": "llada" }, "text-diffusion", /diffusion/],
    ["a type nobody knows", { ...qwen, "general.type": "dataset\u0007" }, "other", /calls itself "dataset\?"/],
    ["one part of a split, by another name", { ...qwen, "split.count": 3 }, "part", /one part of a split model/],
  ] as const) {
    it(`knows ${what}, which cannot talk`, async () => {
      const found = await inspect(file("x.gguf", model(values)));
      expect(found.problem).to.match(reason);
      expect(found).to.include({ kind, isBad: true });
    });
  }

  for (const [what, values, kind] of [
    ["a model for embeddings by its attention", { ...bert, "bert.attention.causal": false }, "embedding"],
    ["a model for embeddings by its name", bert, "embedding"],
    ["a model for embeddings by its pooling", { ...qwen, "qwen3.pooling_type": 3 }, "embedding"],
    ["an encoder", { "general.architecture": "t5encoder" }, "embedding"],
    ["a reranker by its pooling", { ...qwen, "qwen3.pooling_type": 4 }, "reranker"],
    ["a reranker with an encoder's name", { ...bert, "bert.pooling_type": 4 }, "reranker"],
  ] as const) {
    it(`knows ${what}, which can be loaded`, async () => {
      expect(await inspect(file("x.gguf", model(values)))).to.include({ kind, problem: null });
    });
  }

  it("takes for text whatever is nothing else: unpooled, or of a kind it has never heard of", async () => {
    const plain: readonly Record<string, string | number>[] = [
      { ...qwen, "qwen3.pooling_type": 0 },
      { "general.architecture": "brand-new" },
      { "general.name": "x" },
    ];
    for (const values of plain) {
      expect(await inspect(file("x.gguf", model(values)))).to.include({ kind: "text", problem: null });
    }
  });

  it("tells in a sentence what the file says of itself, safe to show", async () => {
    const values = {
      ...qwen,
      "general.name": `Qwen3\u202e \u0007<b>${"n".repeat(300)}`,
      "general.size_label": "0.6B",
      "general.license": "apache-2.0",
      "general.file_type": 15,
      "qwen3.context_length": 40960,
    };
    const { facts } = await inspect(file("x.gguf", model(values)));
    expect(facts).to.include({ quantization: "Q4_K_M", trainContext: 40960, parameters: 64, architecture: "qwen3" });
    expect(describeFile(facts as FileFacts, "Q4_K_M"))
      .to.match(/^Qwen3 <b>n+…: 0\.6B parameters, Q4_K_M, trained for 40960 tokens, license apache-2\.0\.$/)
      .and.have.length.lessThan(200);
    const bare = await inspect(file("y.gguf", model({ "general.architecture": "llama" })));
    expect(describeFile(bare.facts as FileFacts, null)).to.equal("A model of the llama kind: 0.1K parameters.");
  });

  it("knows a file with a vocabulary and no weights", async () => {
    const path = file("x.gguf", model({ "general.architecture": "llama" }, { weights: false }));
    expect((await inspect(path)).problem).to.match(/vocabulary only/);
  });

  it("says how much of a cut-off file is there, and is content once it is whole", async () => {
    const whole = model({ "general.architecture": "llama" });
    const path = file("x.gguf", whole);
    expect((await inspect(path)).problem).to.equal(null);
    truncateSync(path, whole.length - 100);
    expect((await inspect(path)).problem).to.match(/is cut off: it has \d+ of \d+ bytes/);
    truncateSync(path, 60);
    expect((await inspect(path)).problem).to.match(/damaged or cut off/);
  });

  it("looks at every part of a split model", async () => {
    const whole = model({ "general.architecture": "llama" });
    const [first, second] = [file("1.gguf", whole), file("2.gguf", whole.subarray(0, whole.length - 50))];
    expect((await inspect(first, first)).problem).to.equal(null);
    expect((await inspect(first, second)).problem).to.match(/^Part 2 of 2 is cut off/);
  });

  it("blames no file for what the system says", async () => {
    const gone = { path: join(folder, "gone.gguf"), sizeBytes: 100, version: "1" };
    expect(await new FileInspector().inspect([gone])).to.include({
      problem: "The file is not there any more.",
      isBad: false,
    });
    const noFile = { path: folder, sizeBytes: 100, version: "1" };
    expect(await new FileInspector().inspect([noFile])).to.include({ isBad: false });
  });

  it("reads a version once, and again when asked to", async () => {
    const path = file("x.gguf", "not a model at all");
    const inspector = new FileInspector();
    const part = { path, sizeBytes: statSync(path).size, version: "1" };
    expect((await inspector.inspect([part])).isBad).to.equal(true);
    writeFileSync(path, model({ "general.architecture": "llama" }));
    const now = { ...part, sizeBytes: statSync(path).size };
    expect((await inspector.inspect([now])).isBad).to.equal(true);
    expect((await inspector.inspect([now], { afresh: true })).isBad).to.equal(false);
    expect((await inspector.inspect([now])).isBad).to.equal(false);
  });

  const seenAtOnce =
    /\/(html|text|lfs-\w+|empty|zeros|random|cut-\w+|\w+-magic|\w+-version|m\w+-(tensors|values)|long-key)\.gguf$/;

  it("refuses no file that the engine loads, and is done with every hostile one in no time", async () => {
    for (const { file, what, expect: ending } of await writeHostileModels(folder)) {
      const began = performance.now();
      const { problem } = await inspect(file);
      expect(performance.now() - began, what).to.be.lessThan(2000);
      if (ending === "loads" && !/adapter/.test(file)) expect(problem, what).to.equal(null);
      if (ending === "hangs" || seenAtOnce.test(file)) expect(problem, what).to.be.a("string");
    }
  });
});
