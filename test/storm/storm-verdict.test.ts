import { expect } from "chai";
import type { Outcome } from "../../scripts/storm/send-call.js";
import { type StormSeen, stormProblems } from "../../scripts/storm/storm-verdict.js";

const answer: Outcome = {
  kind: "generate",
  end: "answer",
  isAllowed: true,
  tookMs: 900,
  limitMs: 3000,
  detail: "POST /generate {}",
  said: null,
};

const saying = (text: string): Outcome => ({ ...answer, said: { question: "q", text } });

const withstood: StormSeen = {
  outcomes: [answer],
  slackMs: 100,
  healthsMs: [3, 80],
  serverLived: true,
  calmMs: 200,
  lastAnswers: new Map([["sample", "answer"]]),
  hung: [],
  leftBehind: [],
  serverBytes: { before: 100 * 2 ** 20, after: 150 * 2 ** 20 },
};

describe("what is wrong after a storm", () => {
  it("is nothing when all calls ended in time and nothing was left", () => {
    expect(stormProblems(withstood)).to.deep.equal([]);
  });

  const cases: Readonly<Record<string, [Partial<StormSeen>, string]>> = {
    "a server that ended": [{ serverLived: false }, "The server ended."],
    "calls that were all refused": [
      { outcomes: [{ ...answer, end: "503 engine_restarting" }] },
      "No call got an answer.",
    ],
    "a call without an end": [
      { outcomes: [answer, { ...answer, end: "no end", isAllowed: false, tookMs: 23_000 }] },
      "no end after 23.0 s: POST /generate {}",
    ],
    "an answer later than limit and slack": [
      { outcomes: [{ ...answer, tookMs: 3700 }] },
      "answer after 3.7 s, limit 3.0 s: POST /generate {}",
    ],
    "another answer to the same question": [
      { outcomes: [saying("The sea is wide"), saying("The sea"), saying("A cat")] },
      'q got "A cat" and also "The sea is wide".',
    ],
    "a health that did not come": [{ healthsMs: [3, null, 9000] }, "/health did not answer within 5.0 s, 2 times."],
    "work that goes on for clients who left": [
      { calmMs: null },
      "Requests still ran or waited long after all clients had gone.",
    ],
    "a model that is gone for good": [
      { lastAnswers: new Map([["b", "400 model_load_failed"]]) },
      'After the storm a request to "b" got 400 model_load_failed.',
    ],
    "an engine that still hangs": [{ hung: ["process 5: node"] }, "A stopped process was kept: process 5: node"],
    "a process that outlived the server": [
      { leftBehind: ["process 6: node"] },
      "The ended server left process 6: node",
    ],
    "a server that grew": [
      { serverBytes: { before: 100 * 2 ** 20, after: 165 * 2 ** 20 } },
      "The server grew from 100 MiB to 165 MiB.",
    ],
  };
  for (const [what, [seen, problem]] of Object.entries(cases)) {
    it(`is ${what}`, () => {
      expect(stormProblems({ ...withstood, ...seen })).to.deep.equal([problem]);
    });
  }

  it("is not what came late by no more than this process itself was not served", () => {
    const outcomes = [{ ...answer, tookMs: 3700 }];
    expect(stormProblems({ ...withstood, outcomes, slackMs: 300 })).to.deep.equal([]);
  });
});
