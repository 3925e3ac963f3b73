/** A reranker in an engine process of its own: its scores against those worked out by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Generation } from "../../../src/server/engine/generation.js";
import { LocalEngine } from "../../../src/server/engine/local/local-engine.js";
import { measureRequest } from "../../../src/server/engine/measure-request.js";
import { createLog } from "../../../src/server/log.js";
import { rejection } from "../../support/rejection.js";
import { testCaller } from "../../support/requests.js";
import { tinyReranker, tinyScore } from "../../support/tiny-reranker.js";

const query = "what eat cats";

describe("a reranker", () => {
  let folder: string;
  let engine: LocalEngine;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "locallab-reranker-"));
    const modelPath = join(folder, "tiny.gguf");
    await tinyReranker().write(modelPath);
    const options = { modelPath, context: "auto", slots: 1, gpu: "off", threads: 1, prefillChunk: "auto" } as const;
    engine = await LocalEngine.start({
      modelId: "tiny",
      options: { ...options, purpose: "rank" },
      waiting: 8,
      loadTimeoutMs: 60_000,
      log: createLog("silent"),
    });
  });
  after(async () => {
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const submit = (text: string, asked = query, truncates = false): Generation => {
    const generation = new Generation(
      measureRequest(text, { kind: "rank", query: asked, truncates }, 60_000),
      testCaller,
    );
    engine.submit(generation);
    return generation;
  };

  for (const text of ["cats eat mice", "the sea is wide", "mice", "the the the the the"]) {
    it(`says of "${text}" what can be worked out by hand`, async () => {
      const { vector, usage } = await submit(text);
      expect(vector).to.have.length(1);
      expect(vector?.[0]).to.be.closeTo(tinyScore(query, text), 1e-5);
      expect(usage.promptTokens).to.equal(3 + query.split(" ").length + text.split(" ").length);
    });
  }

  it("takes no vector's request, and says what it is there for", async () => {
    expect(engine.can).to.include({ writes: false, embeds: false, ranks: true });
    expect(engine.facts.vectors).to.equal(undefined);
    const measure = { kind: "embed", tokens: null, dimensions: null, inputType: null, truncates: false } as const;
    const generation = new Generation(measureRequest("x", measure, 60_000), testCaller);
    engine.submit(generation);
    expect(await rejection(generation)).to.include({ code: "invalid_request", param: "model" });
  });

  it("refuses a text that is too long beside the query, or reads its beginning", async () => {
    const long = "sea ".repeat(80).trim();
    expect(await rejection(submit(long))).to.include({ code: "prompt_too_long" });
    const { vector, warnings } = await submit(long, query, true);
    const fitting = "sea ".repeat(64 - 3 - 3).trim();
    expect(vector?.[0]).to.be.closeTo(tinyScore(query, fitting), 1e-5);
    expect(warnings).to.deep.equal(["The text has 80 tokens; its first 58 were read."]);
  });

  it("has no room for any text beside a query that fills it", async () => {
    const error = await rejection(submit("sea", "sea ".repeat(70).trim(), true));
    expect(error).to.include({ code: "prompt_too_long" });
  });
});
