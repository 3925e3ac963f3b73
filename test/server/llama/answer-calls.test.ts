/** Thoughts, words and calls of one answer, told apart wherever its text is cut. */
import { expect } from "chai";
import { AnswerText, type ToldPart } from "../../../src/server/llama/answer-text.js";
import { hermesForm } from "../../../src/server/prompts/calls/call-form.js";
import { knownCalls } from "../../../src/server/prompts/calls/known-calls.js";
import { findReasoning } from "../../../src/server/prompts/find-reasoning.js";

const tools = [{ name: "now", parameters: { type: "object", properties: {} } }];
const thinking = findReasoning({ template: "<think></think>", tokens: [] })?.form ?? null;
const harmony = findReasoning({ template: "<|channel|><|message|><|start|>", tokens: [] })?.form ?? null;
const channels = knownCalls[0]?.form ?? hermesForm;
const call = '<tool_call>\n{"name": "now", "arguments": {"a": "<think>"}}\n</tool_call>';

interface Case {
  readonly says: string;
  readonly text: string;
  readonly form: typeof thinking;
  readonly calls?: typeof hermesForm;
  readonly prompt?: string;
  readonly isSeparate?: boolean;
  readonly stops?: readonly string[];
  readonly told: readonly [thought: string, words: string, given: string];
}

const cases: readonly Case[] = [
  {
    says: "a thought, words, a call",
    form: thinking,
    text: `<think>\nHm ${call}\n</think>\n\nLook:\n${call}`,
    told: [`Hm ${call}`, "Look:", '{"a": "<think>"}'],
  },
  {
    says: "a thought that the prompt opened",
    form: thinking,
    prompt: "<think>\n",
    text: `Hm\n</think>\n${call}`,
    told: ["Hm", "", '{"a": "<think>"}'],
  },
  {
    says: "a call alone, of a model that might have thought",
    form: thinking,
    text: call,
    told: ["", "", '{"a": "<think>"}'],
  },
  {
    says: "a thought that stays in the text",
    form: thinking,
    isSeparate: false,
    text: `<think>\n${call}</think>\nSo ${call}`,
    told: ["", `<think>\n${call}</think>\nSo`, '{"a": "<think>"}'],
  },
  {
    says: "a stop text in front of a call",
    form: null,
    stops: ["END"],
    text: `Look END ${call}`,
    told: ["", "Look ", ""],
  },
  {
    says: "a stop text within a call",
    form: null,
    stops: ["think"],
    text: `Look ${call}`,
    told: ["", "Look", '{"a": "<think>"}'],
  },
  {
    says: "gpt-oss's channels",
    ...{ form: harmony, calls: channels, prompt: "<|start|>assistant" },
    text: '<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>commentary to=functions.now <|constrain|>json<|message|>{"a": 1}',
    told: ["Hm", "", '{"a": 1}'],
  },
  {
    says: "gpt-oss's other header, behind a preamble",
    ...{ form: harmony, calls: channels, prompt: "<|start|>assistant" },
    text: '<|channel|>commentary<|message|>I look.<|end|><|start|>assistant to=functions.now<|channel|>commentary json<|message|>{"a": 1}',
    told: ["", "I look.", '{"a": 1}'],
  },
];

function told(
  { form, calls = hermesForm, prompt = "", isSeparate = true, stops = [] }: Case,
  pieces: readonly string[],
): string[] {
  const answer = new AnswerText({
    ...{ form, isSeparate, prompt, stops, continued: "", turnEnds: [] },
    calls: { form: calls, tools },
  });
  const parts: ToldPart[] = [...pieces.flatMap((piece) => answer.push(piece).parts), ...answer.finish()];
  const of = (kind: ToldPart["kind"]): string => parts.map((part) => (part.kind === kind ? part.text : "")).join("");
  return [of("thought"), of("content"), of("call")];
}

describe("an answer with calls", () => {
  for (const one of cases) {
    it(`is told apart wherever it is cut: ${one.says}`, () => {
      const { text } = one;
      for (let at = 0; at <= text.length; at += 1) {
        expect(told(one, [text.slice(0, at), text.slice(at)]), `cut at ${at}`).to.deep.equal(one.told);
      }
      expect(told(one, [...text]), "by letters").to.deep.equal(one.told);
    });
  }
});
