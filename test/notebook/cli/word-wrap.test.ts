import { expect } from "chai";
import { textWidth } from "../../../src/notebook/cli/text-width.js";
import { WordWrap } from "../../../src/notebook/cli/word-wrap.js";

/** The text in pieces of some letters, through a wrap of some columns. */
function wrapped(text: string, columns: number, letters = 3): string {
  const wrap = new WordWrap(() => columns);
  const pieces = [...text].map((_, at) => (at % letters === 0 ? [...text].slice(at, at + letters).join("") : ""));
  return pieces.map((piece) => wrap.take(piece)).join("") + wrap.end();
}

describe("text at the edge of a terminal", () => {
  for (const [what, text, columns, lines] of [
    ["breaks between words", "the sea is salty today", 10, ["the sea is", "salty", "today"]],
    ["keeps its own lines", "a\n\n- b c\n", 10, ["a", "", "- b c", ""]],
    ["keeps indents", "  - one\n    two", 20, ["  - one", "    two"]],
    ["breaks no word that fits a line", "abcdefghij k", 10, ["abcdefghij", "k"]],
    ["leaves a word that is longer than a line to the terminal", "abcdefghijkl m", 10, ["abcdefghijkl m"]],
    ["breaks writings without blanks anywhere", "漢字漢字漢字", 5, ["漢字", "漢字", "漢字"]],
    [
      "leaves code as it is",
      "```\nlet a = 1; let b = 2;\n```\nthe sea is salty",
      10,
      ["```", "let a = 1; let b = 2;", "```", "the sea is", "salty"],
    ],
    ["breaks nothing without an edge", "the sea is salty today", Number.POSITIVE_INFINITY, ["the sea is salty today"]],
  ] as const) {
    for (const letters of [1, 3, 100]) {
      it(`${what}, ${letters} letters at a time`, () => {
        expect(wrapped(text, columns, letters).split("\n")).to.deep.equal(lines);
      });
    }
  }

  it("loses nothing but the blanks at which it breaks", () => {
    const text = "It was a bright cold day in April, and the clocks were striking thirteen. ".repeat(20);
    for (const columns of [20, 45, 80]) {
      const out = wrapped(text, columns);
      expect(out.replace(/\s+/g, " ").trim()).to.equal(text.trim());
      expect(out.split("\n").every((line) => textWidth(line) <= columns)).to.equal(true);
    }
  });

  it("follows a window that becomes narrower", () => {
    let columns = 80;
    const wrap = new WordWrap(() => columns);
    wrap.take("the sea ");
    columns = 10;
    expect(wrap.take("is salty ")).to.equal(" is\nsalty");
  });
});
