/**
 * Every option of a generation, once: names, kind, range, default, unit, and what it is for.
 *
 * Data only, and nothing but data and types is imported: the schema of requests, their other names, the interface a cell shows, the
 * README's table, the type of a request and the guard before native code are made of it. `npm run readme` writes the
 * texts anew.
 */

import type { GenerationField, NumberField } from "./field-kinds.js";
import { samplingFields } from "./sampling-fields.js";

/** The options by the name they have inside the server. */
export const generationFields = {
  modelId: {
    wire: "model_id",
    kind: "text",
    least: 1,
    most: 512,
    fallback: "the loaded model",
    what: "Id of the model to use, as `GET /models/available` has it",
    note: "one that is not loaded is loaded first",
  },
  maxTokens: {
    wire: "max_length",
    aliases: ["max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "n_predict", "num_predict"],
    kind: "whole",
    least: 1,
    most: 1_048_576,
    fallback: 8192,
    unit: "tokens",
    what: "Most new tokens",
    note: "shortened to what the context leaves, said in `warnings`",
  },
  ...samplingFields,
  stop: {
    wire: "stop",
    kind: "texts",
    least: 1,
    most: 256,
    mostTexts: 16,
    what: "Text that ends the answer and is not part of it",
  },
  seed: {
    wire: "seed",
    kind: "whole",
    least: 0,
    most: 4_294_967_295,
    fallback: "random",
    what: "Start of the random numbers",
    note: "the same seed and request give the same text; in a batch the prompt at place i gets seed + i",
  },
  exact: {
    wire: "exact",
    kind: "flag",
    fallback: false,
    what: "Keeps the answer the same to the last bit, whoever else is being answered and whatever is remembered",
    note: "a given `seed` says so, too; `GET /models/current` says whether the engine can",
  },
  systemPrompt: {
    wire: "system_prompt",
    kind: "text",
    least: 0,
    most: 65_536,
    fallback: "none",
    what: "Instructions given to the model before everything else",
    note: "on `/generate` the prompt is then asked as a chat turn",
  },
  templateKwargs: {
    wire: "chat_template_kwargs",
    kind: "values",
    mostBytes: 4096,
    reserved: ["messages", "tools", "bos_token", "eos_token", "add_generation_prompt"],
    what: "Variables for the model's chat template",
    note: 'what they do is up to the template, e.g. `{"enable_thinking": false}`; a raw prompt has no template',
  },
  parseSpecial: {
    wire: "parse_special",
    kind: "flag",
    fallback: true,
    what: "Reads control tokens that a raw prompt spells out, such as `<|im_start|>`, as such",
    note: "in conversations they are always text",
  },
  reasoning: {
    wire: "reasoning",
    kind: "choice",
    choices: ["separate", "inline"],
    fallback: "separate",
    what: "Where a thinking model's thoughts go: `separate` beside the answer, `inline` in its text, with their tags",
    note: "without `system_prompt`, `/generate` leaves them in the text",
  },
  reasoningBudget: {
    wire: "reasoning_budget",
    kind: "limit",
    least: 0,
    most: 1_048_576,
    unit: "tokens",
    fallback: null,
    absent: "no limit",
    what: "Most tokens of thoughts; then the thought is closed and the answer begins",
    note: "0 lets a model answer without thoughts",
  },
  maxTimeMs: {
    wire: "max_time",
    kind: "number",
    least: 0.1,
    most: 3600,
    fallback: 180,
    unit: "seconds",
    scale: 1000,
    what: "Time the request may take, waiting included",
    note: "then it ends with what it has",
  },
  strict: {
    wire: "strict",
    kind: "flag",
    fallback: false,
    what: "Refuses with status 400 whatever would be clamped or ignored with a warning",
  },
} as const satisfies Readonly<Record<string, GenerationField>>;

export type FieldName = keyof typeof generationFields;

/** Names of the options that are numbers: what a request hands to the sampler. */
export type NumberName = {
  [Name in FieldName]: (typeof generationFields)[Name] extends { readonly kind: "number" | "whole" } ? Name : never;
}[FieldName];

/** A generation's numbers under their inner names, in the engine's units. */
export type GenerationNumbers = { readonly [Name in NumberName]: number };

/** The options that are numbers, with their names. */
export const numberFields: readonly (readonly [name: NumberName, field: NumberField])[] = Object.entries(
  generationFields as Readonly<Record<string, GenerationField>>,
).flatMap(([name, field]) =>
  field.kind === "number" || field.kind === "whole" ? [[name as NumberName, field] as const] : [],
);

/** The numbers of a generation in the engine's units, made of those on the wire. */
export function generationNumbers(onWire: (wire: string) => number): GenerationNumbers {
  const numbers = numberFields.map(([name, { wire, scale }]) => [
    name,
    scale === undefined ? onWire(wire) : Math.round(onWire(wire) * scale),
  ]);
  return Object.fromEntries(numbers) as GenerationNumbers;
}
