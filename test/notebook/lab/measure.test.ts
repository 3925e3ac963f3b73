import { inspect } from "node:util";
import { expect } from "chai";
import { vectorsView } from "../../../src/notebook/displays/measures-view.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import type { Lab } from "../../../src/notebook/lab/lab.js";
import { FakeLabServer, sendJson } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

/** A vector that tells its text: its length in letters, and 1. */
const vectorOf = (text: string): number[] => [text.length, 1];

describe("texts that are measured, in a cell", () => {
  let fake: FakeLabServer;
  let lab: Lab;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await connectLab(fake.url);
    fake.on("POST /v1/embeddings", ({ body }, response) => {
      const texts = typeof body.input === "string" ? [body.input] : body.input;
      const data = texts.map((text: string, index: number) => ({
        object: "embedding",
        index,
        embedding: vectorOf(text),
      }));
      const usage = { prompt_tokens: 9, total_tokens: 9 };
      // a client must not rely on their order
      sendJson(response, 200, {
        object: "list",
        data: data.reverse(),
        model: "minilm",
        usage,
        warnings: ["It was cut."],
      });
    });
  });
  afterEach(async () => {
    await lab.stop();
    await fake.stop();
  });
  const bodies = (path: string): unknown[] => fake.seen.filter((one) => one.path === path).map(({ body }) => body);

  it("give a vector for a text and as many for a list, in its order", async () => {
    expect([...(await lab.embed("sea"))]).to.deep.equal([3, 1]);
    const vectors = await lab.embed(["a", "bcd"], { model_id: "minilm", input_type: "query", dimensions: 2 });
    expect(vectors.map((one) => [...one])).to.deep.equal([vectorOf("a"), vectorOf("bcd")]);
    expect(await lab.embed([])).to.have.length(0);
    expect(bodies("/v1/embeddings")).to.deep.equal([
      { input: "sea" },
      { input: ["a", "bcd"], model_id: "minilm", input_type: "query", dimensions: 2 },
    ]);
    expect(JSON.stringify(vectors)).to.equal("[[1,1],[3,1]]");
  });

  it("are sent in parts that a body has room for, whose vectors come in one list", async () => {
    const texts = Array.from({ length: 600 }, (_, index) => "x".repeat(index % 7));
    const vectors = await lab.embed(texts);
    expect(vectors.map(([length]) => length)).to.deep.equal(texts.map(({ length }) => length));
    expect(bodies("/v1/embeddings").map((body) => (body as { input: string[] }).input.length)).to.deep.equal([
      256, 256, 88,
    ]);
    await lab.embed(["y".repeat(150_000), "z".repeat(150_000)]);
    expect(bodies("/v1/embeddings")).to.have.length(5);
  });

  it("name the text that was refused by its place among all", async () => {
    fake.on("POST /v1/embeddings", ({ body }, response) => {
      const isLast = body.input.length < 256;
      const data = body.input.map((text: string, index: number) => ({ index, embedding: vectorOf(text) }));
      const error = {
        message: "input[4]: It is too long.",
        type: "x",
        param: "input[4]",
        code: "context_length_exceeded",
      };
      sendJson(response, isLast ? 400 : 200, isLast ? { error } : { data, model: "m", usage: { prompt_tokens: 1 } });
    });
    expect(await rejection(lab.embed(Array(300).fill("a")))).to.include({
      code: "context_length_exceeded",
      param: "input[260]",
      message: "input[260]: It is too long.",
    });
  });

  it("show how alike they are, with what was said of them", async () => {
    const shown = inspect(await lab.embed(["a", "bcd"]));
    expect(shown).to.match(/^2 vectors of 2 numbers; how alike the texts are, up to 1\n/);
    expect(shown).to.match(/bcd +4\.00 +10\.00/);
    expect(shown).to.match(/— minilm · 9 tokens\n— It was cut\.$/);
    expect(inspect(await lab.embed("sea"))).to.match(/^2 numbers for “sea”: 3\.0000, 1\.0000\n/);
    const many = Array.from({ length: 13 }, () => [1, 0]);
    const view = vectorsView(many, Array(13).fill("t"), []);
    expect(view.text()).to.match(/^13 vectors of 2 numbers; how alike the first 12 texts are/);
    expect(view.html().source).to.contain("<table");
  });

  it("are given up when their signal fires", async () => {
    fake.on("POST /v1/embeddings", () => {});
    const stop = new AbortController();
    const asked = rejection(lab.embed("sea", { signal: stop.signal }));
    const { outcome } = await fake.request(({ path }) => path === "/v1/embeddings");
    stop.abort();
    expect(await asked).to.include({ code: "request_cancelled" });
    expect(await outcome).to.equal("left");
  });

  it("are ordered by how well they answer a query, with the texts that were sent", async () => {
    fake.on("POST /v1/rerank", (_, response) => {
      const results = [
        { index: 1, relevance_score: 0.9 },
        { index: 0, relevance_score: 0.25 },
      ];
      sendJson(response, 200, {
        id: "x",
        object: "list",
        model: "r",
        results,
        usage: { prompt_tokens: 5, total_tokens: 5 },
      });
    });
    const ranked = await lab.rerank("q", ["low", "high"], { top_n: 2 });
    expect([...ranked]).to.deep.equal([
      { index: 1, score: 0.9, text: "high" },
      { index: 0, score: 0.25, text: "low" },
    ]);
    expect(bodies("/v1/rerank")).to.deep.equal([
      { query: "q", documents: ["low", "high"], top_n: 2, return_documents: false },
    ]);
    expect(inspect(ranked)).to.match(/0\.9000 +1 +high/);
    expect(inspect(ranked)).to.match(/— r · 5 tokens$/);
  });

  it("refuse an option that they do not have, in the cell", async () => {
    const slip = (call: () => unknown): unknown => {
      try {
        return call();
      } catch (error) {
        return error;
      }
    };
    expect(slip(() => lab.embed("x", { top_n: 1 } as never))).to.include({ code: "invalid_request" });
    expect(slip(() => lab.rerank("x", ["a"], { dimensions: 1 } as never))).to.include({ code: "invalid_request" });
    expect(bodies("/v1/embeddings")).to.deep.equal([]);
  });
});
