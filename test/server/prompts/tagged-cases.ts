/** Answers with tagged thoughts, as models write them, and how they are to be parted. */
import { findReasoning } from "../../../src/server/prompts/find-reasoning.js";
import type { ReasoningForm } from "../../../src/server/prompts/reasoning-form.js";
import { taggedForm } from "../../../src/server/prompts/reasoning-form.js";

export const think = taggedForm([["<think>", "</think>"]]);

/** The form that these tokens stand for. */
export function formOf(...tokens: string[]): ReasoningForm {
  const found = findReasoning({ template: undefined, tokens });
  if (found === null) throw new Error(`No form has ${tokens.join(" ")}.`);
  return found.form;
}

const command = formOf("<|START_THINKING|>", "<|END_THINKING|>", "<|START_RESPONSE|>");
const gemma = formOf("<|channel>", "<channel|>");
const mistral = formOf("[THINK]", "[/THINK]");
const granite = formOf("Here is my thought process:", "Here is my response:");
const granite33 = formOf("<think></think>", "<response></response>");
const apriel = formOf("[BEGIN FINAL RESPONSE]");

export interface ReasoningCase {
  readonly says: string;
  readonly form: ReasoningForm;
  readonly prompt?: string;
  readonly continued?: string;
  readonly text: string;
  readonly thought?: string;
  readonly content?: string;
}

export const taggedCases: readonly ReasoningCase[] = [
  {
    says: "parts a thought from its answer",
    form: think,
    text: "<think>Okay so</think>\n\nHello!",
    thought: "Okay so",
    content: "Hello!",
  },
  {
    says: "drops the blanks that frame a thought",
    form: think,
    text: "\n<think>\n Okay\n\nso \n</think>\n\nHi\n",
    thought: "Okay\n\nso",
    content: "Hi\n",
  },
  {
    says: "begins in the thought that the prompt opened",
    form: think,
    prompt: "<|im_start|>assistant\n<think>\n",
    text: "Okay so\n</think>\n\nHello!",
    thought: "Okay so",
    content: "Hello!",
  },
  {
    says: "takes the tag that such an answer repeats for the prompt's",
    form: think,
    prompt: "assistant\n<think>",
    text: "\n<think>\nOkay</think>Hi",
    thought: "Okay",
    content: "Hi",
  },
  {
    says: "begins with the answer after a thought that the prompt closed",
    form: think,
    prompt: "<think>\n\n</think>\n\n",
    text: "Hello!",
    content: "Hello!",
  },
  {
    says: "finds a second thought in front of the answer",
    form: think,
    prompt: "<think></think>",
    text: "<think>a</think>\n<think>b</think>c",
    thought: "a\n\nb",
    content: "c",
  },
  {
    says: "gives a thought that never closes as a thought",
    form: think,
    text: "<think>Okay so </th",
    thought: "Okay so </th",
  },
  { says: "gives an empty thought as none", form: think, text: "<think>\n\n</think>\n\nHello", content: "Hello" },
  {
    says: "leaves an answer without a thought as it is",
    form: think,
    text: "\n Hello < b\n",
    content: "\n Hello < b\n",
  },
  { says: "leaves blanks alone as they are", form: think, text: " \n", content: " \n" },
  {
    says: "leaves out a closing tag in front of the answer that nothing opened",
    form: think,
    text: "</think>\n\nHello",
    content: "Hello",
  },
  {
    says: "leaves out a later closing tag that nothing opened, once",
    form: think,
    text: "Hello</think> you </think>",
    content: "Hello you </think>",
  },
  {
    says: "lets an answer speak of its tags",
    form: think,
    text: "<think>x</think>Use <think> and </think>.",
    thought: "x",
    content: "Use <think> and </think>.",
  },
  {
    says: "lets a thought speak of its opening tag",
    form: think,
    text: "<think>a <think> b</think>c",
    thought: "a <think> b",
    content: "c",
  },
  {
    says: "keeps what only begins like a tag",
    form: think,
    text: "<<thin>x</thinking>",
    content: "<<thin>x</thinking>",
  },
  {
    says: "goes on with an answer that the client began within a thought",
    form: think,
    prompt: "assistant\n<think>a",
    continued: "<think>a",
    text: "b</think>c",
    thought: "b",
    content: "c",
  },
  {
    says: "goes on with an answer whose thought the client closed",
    form: think,
    prompt: "<think>a</think>b",
    continued: "<think>a</think>b",
    text: "c",
    content: "c",
  },
  {
    says: "is not led astray by a tag in a question",
    form: think,
    prompt: "user: <think>\nassistant:",
    text: "Hi",
    content: "Hi",
  },
  {
    says: "keeps every character of four bytes whole",
    form: think,
    text: "<think>🦙 語</think>🦙!",
    thought: "🦙 語",
    content: "🦙!",
  },
  {
    says: "takes off what stands around Command-R's answer",
    form: command,
    text: "<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b<|END_RESPONSE|>",
    thought: "a",
    content: "b",
  },
  {
    says: "ends Command-R's thought where the answer begins",
    form: command,
    prompt: "<|START_THINKING|>",
    text: "a<|START_RESPONSE|>b",
    thought: "a",
    content: "b",
  },
  {
    says: "reads Gemma's thoughts before and behind the answer",
    form: gemma,
    text: "<|channel>thought\na\n<channel|>b<|channel>thought\n<channel|>",
    thought: "a",
    content: "b",
  },
  { says: "reads Mistral's thoughts", form: mistral, text: "[THINK]a[/THINK]b", thought: "a", content: "b" },
  {
    says: "reads Granite's sentences",
    form: granite,
    text: "Here is my thought process:\na\n\nHere is my response:\nb",
    thought: "a",
    content: "b",
  },
  {
    says: "reads Granite's tags",
    form: granite33,
    text: "<think>a</think>\n<response>b</response>",
    thought: "a",
    content: "b",
  },
  {
    says: "reads Apriel's lines",
    form: apriel,
    prompt: "Here are my reasoning steps:\n",
    text: "a\n[BEGIN FINAL RESPONSE]\nb[END FINAL RESPONSE]",
    thought: "a",
    content: "b",
  },
];
