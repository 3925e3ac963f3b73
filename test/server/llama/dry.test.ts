import { expect } from "chai";
import { type DryOptions, dryPenalties } from "../../../src/server/llama/dry.js";

const usual: DryOptions = { multiplier: 1, base: 2, allowedLength: 2, lastN: -1 };
const penalties = (history: readonly number[], over: Partial<DryOptions> = {}, breaker = -1): [number, number][] =>
  [...dryPenalties(history, { ...usual, ...over }, (token) => token === breaker)].sort();

describe("dryPenalties", () => {
  for (const [name, found, expected] of [
    ["nothing repeated", penalties([1, 2, 3, 4, 5]), []],
    ["a repetition shorter than what is allowed", penalties([1, 5, 2, 1]), []],
    ["one of the allowed length", penalties([1, 2, 5, 9, 1, 2]), [[5, 1]]],
    ["a longer one, by the power of what is beyond", penalties([1, 2, 3, 5, 9, 1, 2, 3]), [[5, 2]]],
    ["the longest of several for one token", penalties([2, 3, 5, 1, 2, 3, 5, 9, 1, 2, 3]), [[5, 2]]],
    [
      "several tokens",
      penalties([1, 2, 7, 1, 2, 8, 1, 2]),
      [
        [7, 1],
        [8, 1],
      ],
    ],
    ["the same token again and again", penalties([4, 4, 4, 4]), [[4, 2]]],
    ["a sequence cut by a breaker", penalties([1, 2, 3, 5, 9, 1, 2, 3], {}, 1), [[5, 1]]],
    ["one that ends with a breaker", penalties([1, 2, 5, 9, 1, 2], {}, 2), []],
    ["a breaker that would follow", penalties([1, 2, 5, 9, 1, 2], {}, 5), []],
    ["what lies further back", penalties([1, 2, 5, 9, 1, 2], { lastN: 4 }), []],
    ["off by multiplier", penalties([1, 2, 5, 9, 1, 2], { multiplier: 0 }), []],
    ["off by look back", penalties([1, 2, 5, 9, 1, 2], { lastN: 0 }), []],
    [
      "an allowed length of 0",
      penalties([1, 5, 2, 1], { allowedLength: 0 }),
      [
        [1, 1],
        [2, 1],
        [5, 2],
      ],
    ],
  ] as const) {
    it(`counts ${name}`, () => {
      // with nothing allowed, each token that was there follows an empty repetition
      expect(found).to.deep.equal(expected);
    });
  }

  it("stays a number a float can hold, and takes no longer than the text is long", () => {
    const startedAt = performance.now();
    const [[, penalty] = [0, 0]] = penalties(new Array(50_000).fill(3));
    expect(Math.fround(penalty)).to.be.below(Number.POSITIVE_INFINITY).and.above(1e30);
    expect(performance.now() - startedAt).to.be.below(3000);
  });
});
