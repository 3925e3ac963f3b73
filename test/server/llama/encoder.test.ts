/** A real model for embeddings: its vectors against those of another program, alone and beside others. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { skipNotice } from "../../../scripts/setup/skip.mjs";
import type { Caller } from "../../../src/server/engine/caller.js";
import { Generation } from "../../../src/server/engine/generation.js";
import { LocalEngine } from "../../../src/server/engine/local/local-engine.js";
import { measureRequest } from "../../../src/server/engine/measure-request.js";
import type { Measure } from "../../../src/server/engine/request.js";
import { createLog } from "../../../src/server/log.js";
import { embeddingModelId, embeddingModelsFolder, isEmbeddingModelSkipped } from "../../support/embedding-model.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest, testCaller } from "../../support/requests.js";
import { tinyReranker } from "../../support/tiny-reranker.js";

interface Reference {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly vector: readonly number[];
}

const references: readonly Reference[] = JSON.parse(
  readFileSync(new URL("minilm-vectors.json", import.meta.url), "utf8"),
).texts;

const plain = { kind: "embed", tokens: null, dimensions: null, inputType: null, truncates: false } as const;
const product = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? Number.NaN), 0);

describe("a real model for embeddings", function () {
  this.timeout(120_000);
  let engine: LocalEngine;
  before(async function () {
    if (isEmbeddingModelSkipped()) {
      console.log(skipNotice("embedding-model"));
      this.skip();
    }
    const modelPath = join(await embeddingModelsFolder(), `${embeddingModelId}.gguf`);
    const options = { modelPath, context: "auto", slots: 1, gpu: "off", threads: 2, prefillChunk: "auto" } as const;
    engine = await LocalEngine.start({
      modelId: "minilm",
      options: { ...options, purpose: "embed" },
      waiting: 64,
      loadTimeoutMs: 60_000,
      log: createLog("silent"),
    });
  });
  after(() => engine?.close());

  const submit = (
    text: string,
    over: Partial<Extract<Measure, { kind: "embed" }>> = {},
    caller?: Caller,
  ): Generation => {
    const generation = new Generation(measureRequest(text, { ...plain, ...over }, 60_000), caller ?? testCaller);
    engine.submit(generation);
    return generation;
  };
  const vectorOf = async (...args: Parameters<typeof submit>): Promise<readonly number[]> =>
    (await submit(...args)).vector ?? [];

  it("says what it is", () => {
    const { architecture, context, trainContext, chatTemplate, vectors, exact } = engine.facts;
    expect({ architecture, context, trainContext, chatTemplate }).to.deep.equal({
      architecture: "bert",
      context: 512,
      trainContext: 512,
      chatTemplate: null,
    });
    expect(vectors).to.deep.equal({ dimensions: 384, shorter: [], inputTypes: [] });
    expect(engine.can).to.include({ writes: false, chat: false, embeds: true, ranks: false });
    expect(exact.holds).to.equal(true);
  });

  for (const { text, tokens, vector } of references) {
    it(`reads ${JSON.stringify(text.slice(0, 30))} as another program does`, async () => {
      const result = await submit(text);
      expect(result.usage).to.include({ promptTokens: tokens.length, completionTokens: 0 });
      expect(product(result.vector ?? [], vector)).to.be.greaterThan(0.99999);
      expect(Math.hypot(...(result.vector ?? []))).to.be.closeTo(1, 1e-6);
      expect(result.vector?.every((number) => Math.fround(number) === number)).to.equal(true);
    });
  }

  it("gives the same bits again, at once with others of other callers, and for a text's tokens", async () => {
    const alone = [];
    for (const { text } of references) alone.push(await vectorOf(text));
    const together = await Promise.all(
      references.map(({ text }, index) => vectorOf(text, {}, callerNamed(`caller ${index % 3}`))),
    );
    expect(together).to.deep.equal(alone);
    const { tokens } = references[4] as Reference;
    expect(await vectorOf("", { tokens })).to.deep.equal(alone[4]);
    expect(await vectorOf("", { tokens: tokens.slice(1, -1) })).to.deep.equal(alone[4]);
  });

  it("refuses a text that is too long with both numbers, or reads its beginning and says so", async () => {
    const long = "sea ".repeat(600);
    expect(await rejection(submit(long)))
      .to.include({ code: "prompt_too_long" })
      .and.have.property("message")
      .that.matches(/\b512 tokens.* prompt is too long.* 600 tokens.* at most 510\b/);
    const { vector, usage, warnings } = await submit(long, { truncates: true });
    expect([usage.promptTokens, warnings]).to.deep.equal([512, ["The text has 600 tokens; its first 510 were read."]]);
    expect(vector).to.deep.equal(await vectorOf("sea ".repeat(510)));
  });

  const refusals: readonly (readonly [what: string, ...Parameters<typeof submit>, RegExp])[] = [
    ["an empty text", "", {}, testCaller, /empty/],
    ["blanks", " \n ", {}, testCaller, /empty/],
    ["letters without an end", "a".repeat(20_000), {}, testCaller, /in a row/],
    ["ids of another vocabulary", "", { tokens: [1037, 100_257] }, testCaller, /100257.* 0 to 30521/],
    ["an id that is none", "", { tokens: [-1] }, testCaller, /id -1/],
    ["nothing but marks", "", { tokens: [101, 102] }, testCaller, /none of a text/],
    ["shorter vectors", "x", { dimensions: 128 }, testCaller, /128, and the vectors of this model have 384/],
  ];
  for (const [what, text, over, caller, message] of refusals) {
    it(`refuses ${what}`, async () => {
      expect(await rejection(submit(text, over, caller)))
        .to.include({ code: "invalid_request" })
        .and.have.property("message")
        .that.matches(message);
    });
  }

  it("says that a type of input changes nothing here, and keeps control tokens that a text spells out as text", async () => {
    const { vector, warnings } = await submit("x", { inputType: "query" });
    expect(warnings.join()).to.match(/^input_type "query" changes nothing/);
    expect(vector).to.deep.equal(await vectorOf("x"));
    expect((await submit("[SEP]")).usage.promptTokens).to.be.greaterThan(3);
  });

  it("writes no text, has no conversations, and tells its tokens", async () => {
    const generation = new Generation(rawRequest("x"), testCaller);
    engine.submit(generation);
    expect(await rejection(generation)).to.include({ code: "invalid_request", param: "model" });
    const texts = engine.texts();
    expect(await rejection(texts.template([{ role: "user", content: "x" }]))).to.include({ code: "invalid_request" });
    const { tokens, text } = references[0] as Reference;
    const ids = await texts.tokenize({ content: text, addSpecial: false, parseSpecial: false });
    expect(ids.map(({ id }) => id)).to.deep.equal(tokens.slice(1, -1));
  });

  it("lets a caller with one text in between those of a caller with many", async () => {
    const ended: string[] = [];
    const many = Array.from({ length: 20 }, (_, index) => submit(`text ${index}`, {}, callerNamed("many")));
    const few = submit("one", {}, callerNamed("few"));
    const all = [...many.map((one) => ["many", one] as const), ["few", few] as const];
    await Promise.all(all.map(async ([name, one]) => void (await one.then(() => ended.push(name)))));
    expect(ended.indexOf("few")).to.be.lessThan(4);
  });

  it("computes nothing of what was cancelled before its turn, and works on", async () => {
    const [first, second] = [submit("a"), submit("b")];
    second.cancel("client");
    expect(await rejection(second)).to.include({ code: "request_cancelled" });
    expect((await first).vector).to.have.length(384);
    expect(await vectorOf("b")).to.have.length(384);
  });

  it("counts against a budget what was read, and refuses what is beyond it", async () => {
    const used: number[] = [];
    const tokenBudget = { setAside: () => 1, settle: (_: object, tokens: number) => void used.push(tokens) };
    await submit("The cat sits outside", {}, callerNamed("ann", { tokenBudget }));
    expect(used).to.deep.equal([6]);
  });

  it("is refused where its file does not say how a vector is made of a text", async () => {
    const folder = mkdtempSync(join(tmpdir(), "locallab-unpooled-"));
    try {
      const modelPath = join(folder, "unpooled.gguf");
      const file = tinyReranker();
      file.metadata.delete("bert.pooling_type");
      await file.write(modelPath);
      const options = { modelPath, context: "auto", slots: 1, gpu: "off", threads: 1, prefillChunk: "auto" } as const;
      const loading = LocalEngine.start({
        modelId: "unpooled",
        options: { ...options, purpose: "embed" },
        waiting: 1,
        loadTimeoutMs: 60_000,
        log: createLog("silent"),
      });
      expect(await rejection(loading))
        .to.include({ kind: "bad-file" })
        .and.have.property("message")
        .that.matches(/no bert\.pooling_type/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
