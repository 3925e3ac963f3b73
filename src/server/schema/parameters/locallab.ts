/** LocalLab's own options, made from `engine/fields.ts`. */
import type { GenerationField } from "../../engine/field-kinds.js";
import { generationFields } from "../../engine/fields.js";
import { honoured, type ParameterTable } from "./parameter.js";

/** Values of texts, whose kind does not tell one. */
const exampleTexts: Readonly<Record<string, string>> = { grammar: 'root ::= "yes" | "no"', model_id: "other" };

/** What has to stand beside an option so that it means something. */
const besides: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  strict: { nobody_knows: 1 },
  reasoning: { system_prompt: "Be brief." },
  reasoning_budget: { system_prompt: "Be brief." },
  chat_template_kwargs: { system_prompt: "Be brief." },
};

/** A value that is not the default. */
function exampleOf(field: GenerationField): unknown {
  if (field.kind === "flag") return !field.fallback;
  if (field.kind === "choice") return field.choices.find((choice) => choice !== field.fallback);
  if (field.kind === "text") return exampleTexts[field.wire] ?? "Be brief.";
  if (field.kind === "texts") return ["END"];
  if (field.kind === "values") return { enable_thinking: false };
  if (field.kind === "biases") return { "42": field.least };
  if (field.kind === "schema") return { type: "object" };
  if (field.kind === "limit") return 3;
  const middle = (Math.max(field.least, -1) + Math.min(field.most, 100)) / 2;
  return field.kind === "whole" ? Math.ceil(middle) : middle;
}

export const locallab: ParameterTable = Object.fromEntries(
  Object.values<GenerationField>(generationFields).map((field) => {
    const what = `${field.what}${field.note === undefined ? "" : `; ${field.note}`}`;
    const beside = besides[field.wire];
    return [field.wire, honoured(what, exampleOf(field), beside && { beside })];
  }),
);
