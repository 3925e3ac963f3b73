import { expect } from "chai";
import { chooseThreads, smoothed } from "../../../src/server/llama/choose-threads.js";

const none = Number.POSITIVE_INFINITY;

describe("chooseThreads", () => {
  for (const [what, mostThreads, cores, others, last, limit, threads, reason] of [
    ["nothing else runs", 2, 2, 0, 0, none, 2, "all"],
    ["one neighbour", 2, 2, 1, 2, none, 1, "neighbours"],
    ["more neighbours than cores", 2, 2, 5, 1, none, 1, "neighbours"],
    ["one neighbour on eight cores", 8, 8, 1, 8, none, 7, "neighbours"],
    ["neighbours on the cores that are not wanted", 4, 8, 4, 4, none, 4, "all"],
    ["a program that blinks", 2, 2, 0.4, 2, none, 2, "all"],
    ["a neighbour that comes, not yet certain", 2, 2, 0.65, 2, none, 2, "all"],
    ["a neighbour that comes", 2, 2, 0.7, 2, none, 1, "neighbours"],
    ["a neighbour that goes, not yet certain", 2, 2, 0.5, 1, none, 1, "neighbours"],
    ["a neighbour that went", 2, 2, 0.44, 1, none, 2, "all"],
    ["a first step beside half a neighbour", 2, 2, 0.5, 0, none, 1, "neighbours"],
    ["a second neighbour that comes, on four cores", 4, 4, 1.65, 3, none, 3, "neighbours"],
    ["nothing known", 2, 2, null, 2, none, 2, "all"],
    ["nothing known, slow lately", 8, 8, null, 8, 2, 2, "slow"],
    ["slow lately, and fewer cores free", 8, 8, 6, 2, 4, 2, "neighbours"],
    ["slow lately, and more cores free", 8, 8, 2, 6, 4, 4, "slow"],
    ["one thread wanted, and none free", 1, 1, 3, 1, none, 1, "all"],
  ] as const) {
    it(`${what}: ${threads} of ${mostThreads} (${reason})`, () => {
      expect(chooseThreads({ mostThreads, cores, others, last, limit })).to.deep.equal({ threads, reason });
    });
  }
});

describe("smoothed", () => {
  it("remembers about a tenth of a second, however often it is read", () => {
    for (const everyMs of [8, 20, 30]) {
      let value = 0;
      for (let at = 0; at < 240; at += everyMs) value = smoothed(value, 1, everyMs);
      expect(value).to.be.within(0.85, 0.95);
    }
  });

  it("takes no single reading for the truth, even after a long step", () => {
    expect(smoothed(0, 3, 60_000)).to.equal(1);
  });
});
