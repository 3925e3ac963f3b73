import { expect } from "chai";
import { type ExactnessFacts, exactness } from "../../../src/server/llama/exactness.js";

const holding: ExactnessFacts = {
  onCpu: true,
  flashAttention: false,
  mostThreads: 4,
  fileType: 3,
  isRecurrent: false,
  hasWindow: false,
  hasExperts: false,
};

describe("exactness", () => {
  for (const [name, over, holds, reason] of [
    ["several threads without flash attention", {}, true, "Q4_1 on up to 4 threads. Flash attention is off"],
    ["one thread", { mostThreads: 1 }, true, "one thread"],
    ["one thread with flash attention", { mostThreads: 1, flashAttention: true }, true, "Q4_1 on one thread."],
    ["several threads with flash attention", { flashAttention: true }, false, "needs flash attention"],
    ["weights of 16 bits", { fileType: 1 }, false, "Q4_0, Q4_1"],
    ["a file that does not say its type", { fileType: undefined }, false, "types"],
    ["a graphics processor", { onCpu: false }, false, "graphics"],
    ["a recurrent model", { isRecurrent: true }, false, "recurrent"],
    ["a sliding window", { hasWindow: true }, false, "sliding window"],
    ["a mixture of experts", { hasExperts: true }, false, "experts"],
  ] as const) {
    it(`${holds ? "holds" : "does not hold"} for ${name}, and says why`, () => {
      const verdict = exactness({ ...holding, ...over });
      expect(verdict.holds).to.equal(holds);
      expect(verdict.reason).to.contain(reason);
    });
  }
});
