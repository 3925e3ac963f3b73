import { expect } from "chai";
import { terminalTable } from "../../../src/notebook/cli/terminal-table.js";
import { textWidth } from "../../../src/notebook/cli/text-width.js";

const head = ["Lab", "State", "What it is"];
const rows = [
  ["default", "ready", "a model of 135 M parameters, trained for 8192 tokens"],
  ["漢字", "–", "small"],
];

describe("a table on a terminal", () => {
  it("has columns where they fit, wide letters and all", () => {
    const lines = terminalTable(head, rows, Number.POSITIVE_INFINITY).split("\n");
    expect(lines).to.deep.equal([
      "Lab      State  What it is",
      "default  ready  a model of 135 M parameters, trained for 8192 tokens",
      "漢字     –      small",
    ]);
  });

  for (const columns of [120, 60, 45, 34, 33, 20, 10]) {
    it(`is never wider than ${columns} columns`, () => {
      const lines = terminalTable(head, rows, columns).split("\n");
      expect(lines.filter((line) => textWidth(line) > columns)).to.deep.equal([]);
      expect(lines[0]).to.equal(columns >= 32 ? "Lab      State  What it is" : "default");
    });
  }

  it("is a block a row where columns do not fit, without what says nothing", () => {
    expect(terminalTable(head, rows, 25)).to.equal(
      "default\n  State       ready\n  What it is  a model of…\n漢字\n  What it is  small",
    );
  });

  it("shows characters that a terminal obeys", () => {
    expect(terminalTable(["A"], [["\u001b[2J\nx"]], 80)).to.equal("A\n␛[2J x");
  });
});

describe("the width of a text", () => {
  for (const [text, width] of [
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["漢字", 4],
    ["🙂", 2],
    ["한글", 4],
    ["a\u200db", 2],
  ] as const) {
    it(`of ${JSON.stringify(text)} is ${width}`, () => expect(textWidth(text)).to.equal(width));
  }
});
