import { expect } from "chai";
import { composeStep, type LaneState } from "../../../src/server/llama/compose-step.js";

const reads = (position: number, waiting: number, readAtArrival = 0): LaneState => ({
  isReading: true,
  position,
  waiting,
  readAtArrival,
});
const writes = (position = 50, waiting = 1): LaneState => ({ isReading: false, position, waiting, readAtArrival: 0 });

interface Case {
  readonly name: string;
  readonly lanes: readonly LaneState[];
  readonly readSinceRows?: number;
  /** Sequence and tokens of each share. */
  readonly step: readonly (readonly [lane: number, tokens: number])[];
}

const cases: readonly Case[] = [
  {
    name: "a row of each that writes",
    lanes: [writes(), writes(), writes()],
    step: [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  },
  {
    name: "one row of what was said for the model",
    lanes: [writes(50, 5), writes()],
    step: [
      [0, 1],
      [1, 1],
    ],
  },
  { name: "a prompt that is shorter than a piece", lanes: [reads(0, 60)], step: [[0, 60]] },
  { name: "a piece of a long prompt", lanes: [reads(0, 300)], step: [[0, 128]] },
  { name: "what is missing to a multiple after a reused beginning", lanes: [reads(190, 300)], step: [[0, 66]] },
  { name: "a whole piece after a multiple", lanes: [reads(128, 300)], step: [[0, 128]] },
  { name: "the rest of a prompt", lanes: [reads(256, 44)], step: [[0, 44]] },
  { name: "a piece alone, whoever writes", lanes: [writes(), reads(0, 60), writes()], step: [[1, 60]] },
  {
    name: "rows after a piece",
    lanes: [writes(), reads(128, 60), writes()],
    readSinceRows: 128,
    step: [
      [0, 1],
      [2, 1],
    ],
  },
  {
    name: "another short prompt before the rows, where both fit into a piece's length",
    lanes: [writes(), reads(0, 60)],
    readSinceRows: 60,
    step: [[1, 60]],
  },
  {
    name: "rows before another short prompt, where they do not",
    lanes: [writes(), reads(0, 60)],
    readSinceRows: 100,
    step: [[0, 1]],
  },
  { name: "pieces without end where nobody writes", lanes: [reads(128, 60)], readSinceRows: 1000, step: [[0, 60]] },
  { name: "the prompt with the least left first", lanes: [reads(0, 300), reads(0, 20), reads(0, 40)], step: [[1, 20]] },
  { name: "the first of equals", lanes: [reads(0, 30), reads(0, 30)], step: [[0, 30]] },
  {
    name: "the long prompt once others have read more than it is longer",
    lanes: [reads(0, 300, 0), reads(0, 20, 290)],
    step: [[0, 128]],
  },
];

describe("composeStep", () => {
  for (const { name, lanes, readSinceRows = 0, step } of cases) {
    it(`takes ${name}`, () => {
      const plan = composeStep(lanes, 128, readSinceRows);
      expect(plan?.shares.map(({ lane, tokens }) => [lane, tokens])).to.deep.equal(step);
      expect(plan?.kind).to.equal(lanes[step[0]?.[0] ?? 0]?.isReading === true ? "piece" : "rows");
    });
  }

  it("takes nothing where nothing is to do", () => {
    expect(composeStep([], 128, 0)).to.equal(null);
  });

  it("keeps the pieces of any prompt the same, whoever else is there", () => {
    for (const length of [1, 127, 128, 129, 300, 640]) {
      const whole: number[] = Array(Math.floor(length / 128)).fill(128);
      expect(piecesOf(length)).to.deep.equal(length % 128 === 0 ? whole : [...whole, length % 128]);
    }
  });
});

/** In which pieces a prompt of this length is read beside one that writes and others that read. */
function piecesOf(length: number): number[] {
  const pieces: number[] = [];
  let read = 0;
  for (let turn = 0; read < length; turn += 1) {
    const urgency = turn % 3 === 0 ? 0 : 10_000;
    const lanes = [writes(), reads(read, length - read, 1000), reads(0, 500, urgency)];
    const own = composeStep(lanes, 128, turn % 2 === 0 ? 0 : 128)?.shares.find(({ lane }) => lane === 1);
    if (own === undefined) continue;
    pieces.push(own.tokens);
    read += own.tokens;
  }
  return pieces;
}
