import { expect } from "chai";
import { AnswerText, type AnswerTextParts } from "../../../src/server/llama/answer-text.js";
import { taggedForm } from "../../../src/server/prompts/reasoning-form.js";

const base: AnswerTextParts = {
  form: taggedForm([["<think>", "</think>"]]),
  isSeparate: true,
  prompt: "",
  continued: "",
  stops: [],
  turnEnds: [],
};

/** Thought, content, and whether a stop text ended it, of a text that comes in these pieces. */
function outcome(over: Partial<AnswerTextParts>, pieces: readonly string[]): [string, string, boolean] {
  const answer = new AnswerText({ ...base, ...over });
  const steps = pieces.map((piece) => answer.push(piece));
  const parts = [...steps.flatMap((step) => step.parts), ...answer.finish()];
  const of = (kind: string): string => parts.map((part) => (part.kind === kind ? part.text : "")).join("");
  return [of("thought"), of("content"), steps.some(({ stopped }) => stopped)];
}

const cases: readonly (readonly [
  says: string,
  over: Partial<AnswerTextParts>,
  text: string,
  expected: [string, string, boolean],
])[] = [
  ["ends the answer at a stop text", { stops: ["END"] }, "<think>a</think>bENDc", ["a", "b", true]],
  ["goes past a stop text in a thought", { stops: ["END"] }, "<think>aENDb</think>c", ["aENDb", "c", false]],
  ["finds no stop text over the border", { stops: ["ab"] }, "<think>a</think>b", ["a", "b", false]],
  ["ends a thought where the turn ends", { turnEnds: ["\n###"] }, "<think>a\n### b</think>c", ["a", "", true]],
  ["gives what was held back where the turn ends", { turnEnds: ["###"], stops: ["b<x"] }, "ab<###c", ["", "ab<", true]],
  ["gives nothing that was held back at a stop text", { stops: ["x<"] }, "ax<think>", ["", "a", true]],
  ["gives back a stop text that only began", { stops: ["END"] }, "<think>a</think>bEN", ["a", "bEN", false]],
  [
    "keeps the tags in the text when asked to",
    { isSeparate: false },
    "<think>a</think>b",
    ["", "<think>a</think>b", false],
  ],
  [
    "lets stop texts act on all of such a text",
    { isSeparate: false, stops: ["a<"] },
    "<think>a</think>b",
    ["", "<think>", true],
  ],
  ["leaves tags of a model alone that has none", { form: null }, "<think>a</think>b", ["", "<think>a</think>b", false]],
];

describe("the text of an answer", () => {
  for (const [says, over, text, expected] of cases) {
    it(`${says}, wherever it is cut: ${JSON.stringify(text)}`, () => {
      expect(outcome(over, [text])).to.deep.equal(expected);
      expect(outcome(over, [...text])).to.deep.equal(expected);
      for (let at = 1; at < text.length; at += 1) {
        expect(outcome(over, [text.slice(0, at), text.slice(at)]), `at ${at}`).to.deep.equal(expected);
      }
    });
  }
});
