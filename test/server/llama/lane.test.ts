import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import { Lane } from "../../../src/server/llama/lane.js";
import { type Slot, Slots } from "../../../src/server/llama/slots.js";

describe("a sequence at work", () => {
  for (const [lanes, guesses] of [
    [1, true],
    [2, true],
    [3, false],
    [16, false],
  ] as const) {
    it(`${guesses ? "guesses" : "does not guess"} as one of ${lanes}`, () => {
      const prompt = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4] as Token[];
      const slot = new Slots(1).all[0] as Slot;
      const signal = new AbortController().signal;
      const take = (token: Token): readonly Token[] => [token];
      const lane = new Lane({ slot, prompt, choose: async () => null, signal, take, draftRoom: 100 }, 0);
      lane.computed(prompt.length, 128);
      lane.take(5 as Token, 0);
      lane.settle(0, lanes);
      expect(lane.drafted > 0).to.equal(guesses);
    });
  }
});
