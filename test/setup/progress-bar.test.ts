import { expect } from "chai";
import { progressBar } from "../../scripts/setup/progress-bar.mjs";

/** What is printed and written while it goes from nothing to `total` in steps. */
function shown(isTerminal: boolean, steps: readonly number[], total: number): { lines: string[]; text: string } {
  const lines: string[] = [];
  let text = "";
  const bar = progressBar("model  ", {
    isTerminal,
    print: (line) => lines.push(line),
    write: (more) => {
      text += more;
    },
  });
  for (const done of steps) bar.show(done, total);
  bar.clear();
  return { lines, text };
}

describe("set-up: the progress bar", () => {
  it("is one line on a terminal, which it leaves empty", () => {
    const { lines, text } = shown(true, [0, 50e6, 120e6], 100e6);
    expect(lines).to.deep.equal([]);
    expect(text.split("\r").slice(1)).to.deep.equal([
      `model  ${"░".repeat(20)} 0 of 100 MB\u001b[K`,
      `model  ${"█".repeat(10)}${"░".repeat(10)} 50 of 100 MB\u001b[K`,
      `model  ${"█".repeat(20)} 100 of 100 MB\u001b[K`,
      "\u001b[K",
    ]);
  });

  it("is a line each tenth elsewhere", () => {
    const { lines, text } = shown(false, [0, 9e6, 10e6, 11e6, 35e6, 39e6, 100e6], 100e6);
    expect(text).to.equal("");
    expect(lines).to.deep.equal(["model  10 of 100 MB", "model  35 of 100 MB", "model  100 of 100 MB"]);
  });
});
