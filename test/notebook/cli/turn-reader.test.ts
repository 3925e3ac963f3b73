import { expect } from "chai";
import { TurnReader } from "../../../src/notebook/cli/turn-reader.js";

const turnsOf = (lines: readonly string[]): (string | undefined)[] => {
  const reader = new TurnReader();
  return [...lines.map((line) => reader.take(line)), reader.end()].filter((turn) => turn !== undefined);
};

describe("turns of a chat", () => {
  for (const [what, lines, turns] of [
    ["are lines", ["a", "", "b"], ["a", "", "b"]],
    ["go on after a backslash", ["a \\", "b\\", "c", "d"], ["a \nb\nc", "d"]],
    ["end at two backslashes", ["a\\\\", "b"], ["a\\\\", "b"]],
    ['stand between """', ['"""', "a", "", "b", '"""', "c"], ["a\n\nb", "c"]],
    ['may begin and end on the lines of """', ['"""a', 'b"""', "c"], ["a\nb", "c"]],
    ['may be one line between """', ['"""a b"""', "c"], ["a b", "c"]],
    ['keep a backslash between """', ['"""', "a\\", '"""'], ["a\\"]],
    ["that are not over at the end are what there is of them", ["a\\"], ["a"]],
    ['that are not over at the end, of """', ['"""', "a", "b"], ["a\nb"]],
  ] as const) {
    it(what, () => expect(turnsOf(lines)).to.deep.equal(turns));
  }

  it("are open until they are whole, and can be dropped", () => {
    const reader = new TurnReader();
    reader.take('"""');
    expect(reader.isOpen).to.equal(true);
    reader.drop();
    expect([reader.isOpen, reader.take("a")]).to.deep.equal([false, "a"]);
  });
});
