import { expect } from "chai";
import { areEqual } from "../../../src/server/prompts/are-equal.js";
import { toValue } from "../../../src/server/prompts/jinja.js";

describe("equality in templates", () => {
  const cases: readonly (readonly [left: unknown, right: unknown, expected: boolean])[] = [
    ["", false, false],
    ["", 0, false],
    ["1", 1, false],
    [null, false, false],
    [null, undefined, false],
    [null, null, true],
    [1, true, true],
    [0, false, true],
    [1.5, 1.5, true],
    ["a", "a", true],
    [[1, ["a"]], [1, ["a"]], true],
    [[1], [1, 2], false],
    [[], "", false],
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, { a: "1" }, false],
    [{ a: 1 }, { b: 1 }, false],
  ];
  for (const [left, right, expected] of cases) {
    it(`is Python's: ${JSON.stringify(left)} ${expected ? "is" : "is not"} ${JSON.stringify(right)}`, () => {
      expect(areEqual(toValue(left), toValue(right))).to.equal(expected);
      expect(areEqual(toValue(right), toValue(left))).to.equal(expected);
    });
  }
});
