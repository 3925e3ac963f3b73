import { expect } from "chai";
import { cutAtTokens, longestFirst, type SpecialToken } from "../../../src/server/prompts/special-texts.js";

const token = (id: number, text: string, over: Partial<SpecialToken> = {}): SpecialToken => ({
  id,
  text,
  isUserDefined: false,
  isEnd: false,
  dropsBefore: false,
  dropsBehind: false,
  ...over,
});

describe("text cut at special tokens", () => {
  const tokens = longestFirst([
    token(1, "<|a|>"),
    token(2, "<|ab|>"),
    token(3, "|>"),
    token(4, "<r>", { dropsBehind: true }),
    token(5, "<l>", { dropsBefore: true }),
    token(6, ""),
  ]);
  const cases: readonly (readonly [text: string, expected: readonly (string | number)[]])[] = [
    ["plain", ["plain"]],
    ["", []],
    ["<|a|>x<|ab|><|a|>", [1, "x", 2, 1]],
    ["x|>y", ["x", 3, "y"]],
    ["x <r> \n y", ["x ", 4, "y"]],
    ["x \n <l> y", ["x", 5, " y"]],
  ];
  for (const [text, expected] of cases) {
    it(`takes the longest first: ${JSON.stringify(text)}`, () =>
      expect(cutAtTokens(text, tokens)).to.deep.equal(expected));
  }
});
