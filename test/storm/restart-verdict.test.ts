import { expect } from "chai";
import { type RestartsSeen, type RoundSeen, restartProblems } from "../../scripts/storm/restarts/restart-verdict.js";

const round: RoundSeen = {
  round: { rivals: 2, phase: "load", afterMs: 100, freezes: true },
  listenedMs: 900,
  listening: 1,
  refusals: ['A lab called "default" runs already at http://127.0.0.1:1 (process 5). Stop it, or …'],
  left: [],
  troubles: [],
};
const withstood: RestartsSeen = { rounds: [round], slackMs: 100, lastAnswer: "answer", lastExit: 0, left: [] };

describe("what is wrong after restarts", () => {
  it("is nothing when each server took over cleanly, or was killed before it could", () => {
    const early: RoundSeen = {
      ...round,
      round: { ...round.round, phase: "start" },
      listenedMs: undefined,
      listening: 0,
      refusals: [],
    };
    expect(restartProblems({ ...withstood, rounds: [early, round] })).to.deep.equal([]);
  });

  const cases: Readonly<Record<string, [Partial<RestartsSeen>, string]>> = {
    "a storm without a round": [{ rounds: [] }, "No server was killed."],
    "a last server that does not answer": [
      { lastAnswer: "503 engine_failed" },
      "The last server gave 503 engine_failed.",
    ],
    "a last server that does not end": [{ lastExit: null }, "The last server ended with no exit at all."],
    "a last server that fails": [{ lastExit: 1 }, "The last server ended with 1."],
    "what the last server leaves": [{ left: ["file default.json"] }, "The last server left file default.json"],
  };
  for (const [what, [seen, problem]] of Object.entries(cases)) {
    it(`is ${what}`, () => {
      expect(restartProblems({ ...withstood, ...seen })).to.deep.equal([problem]);
    });
  }

  const rounds: Readonly<Record<string, [Partial<RoundSeen>, string]>> = {
    "a name that nobody gets": [
      { listenedMs: null, listening: 0, refusals: ['A lab called "x"', 'A lab called "x"'] },
      "no server listened",
    ],
    "a start that takes long": [{ listenedMs: 10_200 }, "a server listened only after 10.2 s"],
    "two servers under one name": [{ listening: 2, refusals: [] }, "2 servers listened under one name"],
    "a rival that does nothing": [{ refusals: [] }, "1 servers neither listened nor gave up"],
    "a rival that ends for another reason": [
      { refusals: ["Segmentation fault"] },
      "a server ended, and it said: Segmentation fault",
    ],
    "a rival that ends without a word": [{ refusals: [""] }, "a server ended, and it said: nothing"],
    "what an earlier server leaves": [{ left: ["process 7"] }, "an earlier server left process 7"],
    "what goes wrong while it works": [{ troubles: ["a stream ended with 500 x"] }, "a stream ended with 500 x"],
  };
  for (const [what, [seen, problem]] of Object.entries(rounds)) {
    it(`is ${what}`, () => {
      const problems = restartProblems({ ...withstood, rounds: [round, { ...round, ...seen }] });
      expect(problems).to.deep.equal([`round 2: ${problem}`]);
    });
  }
});
