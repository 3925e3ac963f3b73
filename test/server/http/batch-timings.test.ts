import { expect } from "chai";
import type { Timings } from "../../../src/server/engine/result.js";
import type { Outcome } from "../../../src/server/http/batch-timings.js";
import { batchTimings } from "../../../src/server/http/batch-timings.js";

const timings = (over: Partial<Timings>): Timings => ({
  queueMs: 0,
  prefillMs: 0,
  decodeMs: 0,
  draftTokens: 0,
  acceptedTokens: 0,
  firstTokenMs: 0,
  totalMs: 0,
  tokensPerSecond: 0,
  threads: null,
  ...over,
});

const answer = (completionTokens: number, over: Partial<Timings>): Outcome => ({
  result: {
    reasoning: null,
    text: "",
    toolCalls: [],
    scores: null,
    stopText: null,
    finishReason: "stop",
    model: "fake",
    usage: { promptTokens: 1, completionTokens, reasoningTokens: 0, cachedTokens: 0 },
    timings: timings(over),
    maxTokens: 9,
    limitedBy: "request",
    timedOut: false,
    warnings: [],
  },
});

describe("the timings of a batch", () => {
  it("are those of its answers side by side", () => {
    const outcomes = [
      answer(11, {
        queueMs: 10,
        prefillMs: 20.004,
        firstTokenMs: 30,
        decodeMs: 1000,
        draftTokens: 4,
        acceptedTokens: 4,
      }),
      answer(21, {
        queueMs: 510,
        prefillMs: 20,
        firstTokenMs: 530,
        decodeMs: 1500,
        draftTokens: 8,
        acceptedTokens: 1,
        threads: 2,
      }),
      { error: new Error("x") },
    ];
    // 10 and 20 tokens after the first ones, from 30 ms to 2030 ms
    expect(batchTimings(outcomes, 2050.126)).to.deep.equal({
      queueMs: 510,
      prefillMs: 40,
      decodeMs: 2500,
      draftTokens: 12,
      acceptedTokens: 5,
      firstTokenMs: 30,
      totalMs: 2050.13,
      tokensPerSecond: 15,
      threads: 2,
    });
  });

  it("of one answer have its rate", () => {
    expect(batchTimings([answer(11, { firstTokenMs: 5, decodeMs: 100 })], 120).tokensPerSecond).to.equal(100);
  });

  it("of a batch without a token have no rate, and the first token at the end", () => {
    const { tokensPerSecond, firstTokenMs } = batchTimings([{ error: new Error("x") }, answer(0, {})], 7);
    expect([tokensPerSecond, firstTokenMs]).to.deep.equal([0, 7]);
  });

  it("have two places behind the point at most", () => {
    const outcomes = [1, 2, 3].map((n) =>
      answer(n * 7, { prefillMs: n / 3, decodeMs: n / 7, firstTokenMs: n / 11, threads: 2 }),
    );
    for (const value of Object.values(batchTimings(outcomes, Math.PI))) {
      expect(value).to.equal(Math.round((value ?? Number.NaN) * 100) / 100);
    }
  });
});
