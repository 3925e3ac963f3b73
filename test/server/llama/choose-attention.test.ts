import { expect } from "chai";
import { chooseAttention } from "../../../src/server/llama/choose-attention.js";

describe("chooseAttention", () => {
  for (const [name, onCpu, threads, flash] of [
    ["a graphics processor", false, 8, true],
    ["one thread", true, 1, true],
    ["two threads", true, 2, false],
    ["many threads", true, 16, false],
  ] as const) {
    it(`${flash ? "takes" : "leaves out"} flash attention for ${name}, and says why`, () => {
      const { flashAttention, reason } = chooseAttention(onCpu, threads);
      expect(flashAttention).to.equal(flash);
      expect(reason).to.match(/^[A-Z].*\.$/);
    });
  }
});
