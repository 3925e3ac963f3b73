/**
 * Forms of reasoning that cannot be read off a template by looking at one rendered thought.
 *
 * Recognised by their markers, in the template or in the vocabulary, never by the name of a model. Source: llama.cpp
 * `common/parsers/` and `common/chat-diff-analyzer.cpp` at v0.5.0, and the templates in its `models/templates/`.
 */
import { type ReasoningForm, taggedForm } from "./reasoning-form.js";

export interface KnownReasoning {
  /** All of these, in the template or as tokens of the vocabulary. */
  readonly markers: readonly string[];
  /** All of these in the template as well. */
  readonly inTemplate?: readonly string[];
  readonly form: ReasoningForm;
}

/** In this order: a later entry's markers may be part of an earlier one's. */
export const knownReasoning: readonly KnownReasoning[] = [
  {
    // Muse: the recipient says it, "self" is a thought
    markers: ["<|start|>", "<|message|>", "<|eom|>"],
    inTemplate: [" to=self<|message|>"],
    form: {
      ...taggedForm([]),
      closes: ["<|eom|>"],
      headers: {
        starts: ["<|start|>"],
        ends: ["<|message|>"],
        thinks: /to=(?!user\b)/,
        answering: " to=user<|message|>",
      },
      isMarkup: true,
      ending: "<|eom|><|start|>assistant to=user<|message|>",
    },
  },
  {
    // gpt-oss (Harmony): calls of tools that nobody offered are no part of the answer either
    markers: ["<|channel|>", "<|message|>", "<|start|>"],
    form: {
      ...taggedForm([]),
      closes: ["<|end|>"],
      headers: {
        starts: ["<|start|>", "<|channel|>"],
        ends: ["<|message|>"],
        thinks: /^(?!.*<\|channel\|>final).*(?:<\|channel\|>analysis| to=)/s,
        around: ["<|channel|>analysis<|message|>", "<|start|>assistant"],
        calls: /((?:<\|channel\|>(?:commentary|analysis))? to=functions\..*)$/s,
        answering: "<|channel|>final<|message|>",
      },
      isMarkup: true,
      ending: "<|end|><|start|>assistant<|channel|>final<|message|>",
    },
  },
  {
    // Solar-Open
    markers: ["<|begin|>", "<|think|>", "<|content|>", "<|end|>"],
    form: {
      ...taggedForm([]),
      closes: ["<|end|>"],
      headers: {
        starts: ["<|begin|>"],
        ends: ["<|think|>", "<|content|>", "<|tool_calls|>"],
        thinks: /<\|think\|>/,
        around: ["<|think|>", "<|begin|>assistant"],
        calls: /(<\|tool_calls\|>)$/,
        answering: "<|content|>",
      },
      isMarkup: true,
      ending: "<|end|><|begin|>assistant<|content|>",
    },
  },
  {
    // Kimi-K3: elements named between <|open|> and <|sep|>
    markers: ["<|open|>", "<|close|>", "<|sep|>", "<|end_of_msg|>"],
    form: {
      ...taggedForm([]),
      headers: {
        starts: ["<|open|>", "<|close|>"],
        ends: ["<|sep|>"],
        thinks: /^<\|open\|>(?!response|message)/,
        answering: "response<|sep|>",
      },
      isMarkup: true,
      ending: "<|close|>think<|sep|><|open|>response<|sep|>",
    },
  },
  // Gemma 4
  {
    markers: ["<|channel>", "<channel|>"],
    form: taggedForm([["<|channel>thought", "<channel|>"]], { isMarkup: true }),
  },
  {
    // Command-R7B and later
    markers: ["<|START_THINKING|>", "<|END_THINKING|>", "<|START_RESPONSE|>"],
    form: taggedForm([["<|START_THINKING|>", "<|END_THINKING|>"]], {
      wraps: [["<|START_RESPONSE|>", "<|END_RESPONSE|>"]],
      isMarkup: true,
      ending: "<|END_THINKING|><|START_RESPONSE|>",
    }),
  },
  {
    markers: ["<|START_THINKING|>", "<|END_THINKING|>", "<|START_TEXT|>"],
    form: taggedForm([["<|START_THINKING|>", "<|END_THINKING|>"]], {
      wraps: [["<|START_TEXT|>", "<|END_TEXT|>"]],
      isMarkup: true,
      ending: "<|END_THINKING|><|START_TEXT|>",
    }),
  },
  // Ministral, Magistral
  { markers: ["[THINK]", "[/THINK]"], form: taggedForm([["[THINK]", "[/THINK]"]], { isMarkup: true }) },
  // Apertus
  {
    markers: ["<|inner_prefix|>", "<|inner_suffix|>"],
    form: taggedForm([["<|inner_prefix|>", "<|inner_suffix|>"]], { isMarkup: true }),
  },
  {
    // Apriel: the first line opens the thought, in the prompt or in the answer
    markers: ["[BEGIN FINAL RESPONSE]"],
    form: taggedForm([["Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"]], {
      wraps: [["[BEGIN FINAL RESPONSE]", "[END FINAL RESPONSE]"]],
      ending: "\n[BEGIN FINAL RESPONSE]\n",
    }),
  },
  {
    // Granite 3.2
    markers: ["Here is my thought process:", "Here is my response:"],
    form: taggedForm(
      [
        ["Here is my thought process:", "Here is my response:"],
        ["Here's my thought process:", "Here's my response:"],
      ],
      { ending: "\n\nHere is my response:" },
    ),
  },
  {
    // Granite 3.3
    markers: ["<think></think>", "<response></response>"],
    form: taggedForm([["<think>", "</think>"]], {
      wraps: [["<response>", "</response>"]],
      ending: "</think><response>",
    }),
  },
];
