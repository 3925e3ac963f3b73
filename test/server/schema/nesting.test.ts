import { expect } from "chai";
import { isNestedDeeper } from "../../../src/server/schema/nesting.js";

const lists = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));

describe("nesting", () => {
  for (const [value, deepest, expected] of [
    [1, 0, false],
    [[], 1, false],
    [{ a: { b: 1 } }, 2, false],
    [{ a: { b: 1 } }, 1, true],
    [lists(64), 64, false],
    [lists(66), 64, true],
    [lists(100_000), 64, true],
  ] as const) {
    it(`${expected ? "is" : "is not"} deeper than ${deepest} in ${Array.isArray(value) ? "lists" : JSON.stringify(value)}`, () => {
      expect(isNestedDeeper(value, deepest)).to.equal(expected);
    });
  }
});
