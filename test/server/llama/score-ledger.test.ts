import { expect } from "chai";
import type { TokenScore } from "../../../src/server/engine/result.js";
import { ScoreLedger } from "../../../src/server/llama/score-ledger.js";

const score = (id: number): TokenScore => ({ id, bytes: [], logprob: -1, top: [] });

/** A step: the text of a token, what was handed out after it, how many characters wait. */
type Step = readonly [text: string, given: string, held: number, isOver?: boolean];

/** Ids of the tokens told after each step, and at the end. */
function told(...steps: readonly Step[]): number[][] {
  const ledger = new ScoreLedger();
  const after = steps.map(([text, given, held, isOver], id) => {
    ledger.made(score(id), text);
    return ledger.settle(given, held, isOver).map((one) => one.id);
  });
  return [...after, ledger.rest().map((one) => one.id)];
}

describe("ScoreLedger", () => {
  for (const [name, steps, expected] of [
    [
      "tells each token with its text",
      [
        ["a", "a", 0],
        ["b", "b", 0],
      ],
      [[0], [1], []],
    ],
    [
      "waits with text that waits",
      [
        ["a", "", 1],
        ["b", "ab", 0],
      ],
      [[], [0, 1], []],
    ],
    [
      "tells a token once all of it is known",
      [
        ["ab", "a", 1],
        ["c", "bc", 0],
      ],
      [[], [0, 1], []],
    ],
    [
      "tells the tokens of a character together",
      [
        ["", "", 0],
        ["", "", 0],
        ["é", "é", 0],
      ],
      [[], [], [0, 1, 2], []],
    ],
    [
      "leaves out those of an unfinished character",
      [
        ["a", "a", 0],
        ["", "", 0],
      ],
      [[0], [], []],
    ],
    [
      "leaves out a frame",
      [
        ["<x>", "", 3],
        ["hi", "hi", 0],
      ],
      [[], [1], []],
    ],
    [
      "leaves out a frame that was known at once",
      [
        ["<x>", "", 0],
        ["hi", "hi", 0],
      ],
      [[], [1], []],
    ],
    [
      "leaves out a frame behind the text",
      [
        ["hi", "hi", 0],
        ["</x>", "", 4],
        ["", "", 4],
      ],
      [[0], [], [], []],
    ],
    [
      "leaves out a stop text",
      [
        ["a", "a", 0],
        ["EN", "", 2],
        ["D", "", 0, true],
      ],
      [[0], [], [], []],
    ],
    [
      "tells a token that reaches into a stop text",
      [
        ["aE", "a", 1],
        ["ND", "", 0, true],
      ],
      [[], [0], []],
    ],
    ["takes the text in front of a stop text, not its like in it", [["aXa", "a", 0, true]], [[0], []]],
    ["tells what was handed out in part when nothing more comes", [["ab", "a", 1]], [[], [0]]],
    [
      "goes on where a break was put in",
      [
        ["a", "a", 0],
        ["b", "\n\nb", 0],
      ],
      [[0], [1], []],
    ],
  ] as const) {
    it(name, () => expect(told(...(steps as readonly Step[]))).to.deep.equal(expected));
  }
});
