import { expect } from "chai";
import { samplingOf, withModelSampling } from "../../../src/server/llama/model-sampling.js";
import { rawRequest } from "../../support/requests.js";

describe("what a model's file says of sampling", () => {
  it("is read by llama.cpp's names, in range only", () => {
    const sampling = {
      temp: Math.fround(0.6),
      top_k: 20,
      top_p: 0.95,
      penalty_repeat: 9,
      min_p: "0.1",
      sequence: "kp",
      toString: 1,
    };
    expect(samplingOf({ general: { name: "x", sampling } })).to.deep.equal({ temperature: 0.6, topK: 20, topP: 0.95 });
    for (const nothing of [
      undefined,
      {},
      { general: {} },
      { general: { sampling: 3 } },
      { general: { sampling: { top_k: 1.5 } } },
    ]) {
      expect(samplingOf(nothing)).to.deep.equal({});
    }
  });

  it("takes the place of numbers that a request leaves open, and of no other", () => {
    const asked = { ...rawRequest("x", { temperature: 1, topK: 0, topP: 1 }), open: ["temperature", "minP"] as const };
    expect(withModelSampling(asked, { temperature: 0.6, topK: 20 })).to.include({ temperature: 0.6, topK: 0, topP: 1 });
    const own = rawRequest("x", { temperature: 1 });
    expect(withModelSampling(own, { temperature: 0.6 })).to.equal(own);
  });
});
