import { expect } from "chai";
import { type Ending, type Moments, timingsOf } from "../../../src/server/engine/result.js";

const moments: Moments = { arrivedAt: 1000, startedAt: 1200, firstAt: 1500, lastAt: 3500, endedAt: 3600 };
const ending = (over: Partial<Ending> = {}): Ending => ({ finishReason: "stop", completionTokens: 5, ...over });

describe("the timings of a generation", () => {
  it("are measured from outside where the engine says nothing", () => {
    expect(timingsOf(moments, ending())).to.deep.equal({
      queueMs: 200,
      prefillMs: 300,
      decodeMs: 2000,
      firstTokenMs: 500,
      totalMs: 2600,
      tokensPerSecond: 2,
      threads: null,
    });
  });

  it("are the engine's own where it measured", () => {
    const { prefillMs, decodeMs, tokensPerSecond } = timingsOf(moments, ending({ prefillMs: 250.006, decodeMs: 1000 }));
    expect([prefillMs, decodeMs, tokensPerSecond]).to.deep.equal([250.01, 1000, 4]);
  });

  it("never wait and read for longer than the first token took, however late the engine's word of its beginning came", () => {
    const { queueMs, prefillMs, firstTokenMs } = timingsOf(moments, ending({ prefillMs: 450 }));
    expect([queueMs, prefillMs, firstTokenMs]).to.deep.equal([50, 450, 500]);
    expect(timingsOf(moments, ending({ prefillMs: 501 })).queueMs).to.equal(0);
  });

  for (const [tokens, rate] of [
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
    [101, 100],
  ] as const) {
    it(`tell ${rate} tokens per second for ${tokens} tokens over a second of decoding`, () => {
      const { tokensPerSecond } = timingsOf(moments, ending({ completionTokens: tokens, decodeMs: 1000 }));
      expect(tokensPerSecond).to.equal(rate);
    });
  }

  it("count waiting up to the end for what never began", () => {
    const never = { ...moments, startedAt: 0, firstAt: 0, lastAt: 0 };
    const timings = timingsOf(never, ending({ completionTokens: 0 }));
    expect(timings).to.include({ queueMs: 2600, prefillMs: 0, decodeMs: 0, firstTokenMs: 2600, tokensPerSecond: 0 });
  });
});
