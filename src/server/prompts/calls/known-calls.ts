/**
 * Forms of calls that cannot be read off a rendered call: the model writes more spellings than its template, or the
 * template shows no calls at all.
 *
 * Recognised by their marks in the template, never by the name of a model. Source: llama.cpp `common/chat.cpp` at v0.5.0,
 * and the templates in its `models/templates/`.
 */
import { type CallForm, type CallHead, hermesForm, jsonForm } from "./call-form.js";

export interface KnownCalls {
  /** All of these in the template. */
  readonly markers: readonly string[];
  /** null: nothing here reads calls as this model writes them. */
  readonly form: CallForm | null;
}

/** Spellings of a gpt-oss header: the recipient in front of the channel or behind it, the kind marked or not. */
const channelHeads: readonly [CallHead, ...CallHead[]] = [
  ["<|channel|>commentary to=functions.", " <|constrain|>json<|message|>"],
  ["<|channel|>commentary to=functions.", " json<|message|>"],
  ["<|channel|>commentary to=functions.", "<|message|>"],
  ["<|channel|>analysis to=functions.", " <|constrain|>json<|message|>"],
  [" to=functions.", "<|channel|>commentary <|constrain|>json<|message|>"],
  [" to=functions.", "<|channel|>commentary json<|message|>"],
  [" to=functions.", "<|channel|>commentary<|message|>"],
];

/** Calls written as those of functions: `[name(key='text', other=1)]`. */
const functionForm = jsonForm([["", "("]], {
  ...{ open: "<|tool_call_start|>[", close: "]<|tool_call_end|>", after: ")", separator: ", " },
  parameters: {
    ...{ keyOpen: "", textOpen: "='", jsonOpen: "=", textClose: "'", jsonClose: "", separator: ", " },
    isDict: true,
  },
});

export const knownCalls: readonly KnownCalls[] = [
  // gpt-oss: `<|call|>` ends the answer, so there is one call
  {
    markers: ["<|channel|>", "<|message|>", "functions"],
    form: jsonForm(channelHeads, { isSingle: true }),
  },
  {
    // Llama 3.1 to 3.3: one call; the tag is written in front of it now and then
    markers: ['{"name": function name, "parameters":'],
    form: jsonForm(
      [
        ['{"name": "', '", "parameters": '],
        ['<|python_tag|>{"name": "', '", "parameters": '],
        ['{"type": "function", "name": "', '", "parameters": '],
      ],
      { after: "}", separator: "; ", isSingle: true },
    ),
  },
  // LFM2: its template shows calls in later versions only
  { markers: ["<|tool_list_start|>"], form: functionForm },
  { markers: ["<|tool_call_start|>"], form: functionForm },
  // Kimi-K3, Muse: calls are turns of their own
  { markers: ["<|open|>", "<|close|>", "<|sep|>"], form: null },
  { markers: ["<|start|>", "<|message|>", "<|eom|>"], form: null },
  // Granite 3: the template shows no calls
  {
    markers: ["<|tool_call|>", "<|start_of_role|>"],
    form: jsonForm([['{"name": "', '", "arguments": ']], {
      open: "<|tool_call|>[",
      close: "]",
      after: "}",
      separator: ", ",
    }),
  },
  // models that were told Hermes' form in words of their template
  { markers: ["<tool_call>", '"arguments"'], form: hermesForm },
];
