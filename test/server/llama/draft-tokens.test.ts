import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import { afterDraft, type DraftState, draftTokens, firstDraftState } from "../../../src/server/llama/draft-tokens.js";

const tokens = (...values: number[]): Token[] => values as Token[];
const pattern = [1, 2, 3, 4, 5];

describe("draftTokens", () => {
  for (const [name, held, most, guess] of [
    ["what followed the same five tokens", [...pattern, 6, 7, 8, ...pattern], 2, [6, 7]],
    ["what followed them the last time", [...pattern, 6, ...pattern, 7, ...pattern], 1, [7]],
    ["no more than there is", [...pattern, 6, ...pattern], 9, [6, ...pattern]],
    ["on in a repetition", [1, 1, 1, 1, 1, 1], 3, [1]],
    ["on in a longer one", [1, 2, 1, 2, 1, 2, 1, 2], 4, [1, 2]],
    ["nothing after four of them", [0, 2, 3, 4, 5, 6, ...pattern], 3, []],
    ["nothing where they were never before", [9, 8, ...pattern], 3, []],
    ["nothing in a short text", [1, 2], 3, []],
    ["nothing in no text", [], 3, []],
    ["nothing where there is no room", [...pattern, 6, ...pattern], 0, []],
  ] as const) {
    it(`guesses ${name}`, () => {
      const next = held.at(-1) as Token;
      expect(draftTokens(tokens(...held.slice(0, -1)), next, most)).to.deep.equal(guess);
    });
  }
});

describe("afterDraft", () => {
  const state = (length: number, pause = 0, nextPause = 8): DraftState => ({ length, pause, nextPause });
  for (const [name, before, drafted, accepted, after] of [
    ["guesses twice as many after all were right", state(4), 4, 4, state(8)],
    ["guesses sixteen at most", state(16), 16, 16, state(16)],
    ["forgets bad guesses after all were right", state(4, 0, 64), 4, 4, state(8)],
    ["guesses as many as were right, where most were", state(8), 8, 6, state(6)],
    ["pauses where less than two thirds were right", state(8), 8, 5, state(4, 8, 16)],
    ["pauses twice as long the next time", state(4, 0, 16), 4, 0, state(4, 16, 32)],
    ["pauses for 128 tokens at most", state(4, 0, 128), 4, 0, state(4, 128, 128)],
    ["counts a token off its pause", state(4, 3, 16), 0, 0, state(4, 2, 16)],
    ["changes nothing where nothing was found", state(4), 0, 0, state(4)],
  ] as const) {
    it(name, () => {
      expect(afterDraft(before, drafted, accepted)).to.deep.equal(after);
    });
  }

  it("costs next to nothing where guesses are always wrong", () => {
    let now = firstDraftState;
    let [wrong, made] = [0, 0];
    for (; made < 1000; made += 1) {
      const drafted = now.pause > 0 ? 0 : now.length;
      wrong += drafted;
      now = afterDraft(now, drafted, 0);
    }
    // a row beside another costs about a third of a step
    expect(wrong / 3 / made).to.be.lessThan(0.03);
  });
});
