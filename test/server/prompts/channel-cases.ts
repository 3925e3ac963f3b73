/** Answers whose messages have headers, as models write them, and how they are to be parted. */
import { findReasoning } from "../../../src/server/prompts/find-reasoning.js";
import type { ReasoningForm } from "../../../src/server/prompts/reasoning-form.js";
import { formOf, type ReasoningCase } from "./tagged-cases.js";

const harmony = formOf("<|channel|>", "<|message|>", "<|start|>");
const solar = formOf("<|begin|>", "<|think|>", "<|content|>", "<|end|>");
const kimi = formOf("<|open|>", "<|close|>", "<|sep|>", "<|end_of_msg|>");
const muse = findReasoning({
  template: "<|start|>assistant to=self<|message|>…<|eom|>",
  tokens: [],
})?.form as ReasoningForm;

export const channelCases: readonly ReasoningCase[] = [
  {
    says: "reads the channels of Harmony",
    form: harmony,
    prompt: "<|start|>assistant",
    text: "<|channel|>analysis<|message|>User says<|end|><|start|>assistant<|channel|>final<|message|>Hello there!",
    thought: "User says",
    content: "Hello there!",
  },
  {
    says: "gives Harmony's preamble as answer",
    form: harmony,
    prompt: "<|start|>assistant",
    text: "<|channel|>commentary<|message|>Let me see.<|end|><|start|>assistant<|channel|>final<|message|>Here.",
    content: "Let me see.\n\nHere.",
  },
  {
    says: "gives calls of tools that nobody offered as thoughts",
    form: harmony,
    prompt: "<|start|>assistant",
    text: '<|channel|>commentary to=functions.x <|constrain|>json<|message|>{"a":1}',
    thought: '{"a":1}',
  },
  {
    says: "joins a channel that Harmony names twice",
    form: harmony,
    prompt: "<|start|>assistant",
    text: "<|channel|>commentary to=assistant<|channel|>final<|message|>Hi",
    content: "Hi",
  },
  {
    says: "joins two analyses",
    form: harmony,
    prompt: "<|start|>assistant",
    text: "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>b<|end|>",
    thought: "a\n\nb",
  },
  {
    says: "goes on with an analysis that the prompt began",
    form: harmony,
    prompt: "<|start|>assistant<|channel|>analysis<|message|>",
    text: "a<|end|><|start|>assistant<|channel|>final<|message|>b",
    thought: "a",
    content: "b",
  },
  { says: "gives text that has no header as answer", form: harmony, text: "Hello", content: "Hello" },
  {
    says: "reads Muse's recipients",
    form: muse,
    prompt: "<|start|>assistant",
    text: " to=self<|message|>a<|eom|><|start|>assistant to=user<|message|>b",
    thought: "a",
    content: "b",
  },
  {
    says: "reads Solar's messages",
    form: solar,
    prompt: "<|begin|>assistant",
    text: "<|think|>a<|end|><|begin|>assistant<|content|>b<|end|>",
    thought: "a",
    content: "b",
  },
  {
    says: "reads Kimi's elements",
    form: kimi,
    prompt: '<|open|>message role="assistant"<|sep|><|open|>think<|sep|>',
    text: "a<|close|>think<|sep|><|open|>response<|sep|>b<|close|>response<|sep|>",
    thought: "a",
    content: "b",
  },
];
