/** The options of a generation as schemas, made from `engine/fields.ts`, with the defaults of whichever API they are for. */
import { randomInt } from "node:crypto";
import { z } from "zod";
import type { GenerationField } from "../engine/field-kinds.js";
import { generationFields } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import type { JsonSchema, SamplingOptions, TemplateValues } from "../wire/generation.js";
import {
  choiceField,
  flagField,
  numberField,
  orDefault,
  orMade,
  textField,
  valuesField,
  type WithDefault,
  wholeField,
} from "./field-schemas.js";
import { biasesField, schemaField } from "./token-fields.js";

type WireName = (typeof generationFields)[keyof typeof generationFields]["wire"];

/** Sampling options with every default filled in; null is left only where it means "none". */
export type FilledOptions = {
  [Name in keyof SamplingOptions]-?: Name extends keyof Unset
    ? Unset[Name] | null
    : Name extends "stop"
      ? string[]
      : NonNullable<SamplingOptions[Name]>;
};

/** Options that are null where they were left out. */
interface Unset {
  model_id: string;
  system_prompt: string;
  reasoning_budget: number;
  chat_template_kwargs: TemplateValues;
  logit_bias: NonNullable<GenerationRequest["logitBias"]>;
  grammar: string;
  json_schema: JsonSchema;
  logprobs: number;
}

export type OptionSchemas = {
  [Name in WireName]: WithDefault<
    z.ZodType<NonNullable<FilledOptions[Name]>, NonNullable<SamplingOptions[Name]>>,
    FilledOptions[Name]
  >;
};

/** Defaults of numbers by their names on the wire, where an API has others than the table. */
export type OwnDefaults = Readonly<Partial<Record<WireName, number>>>;

/** A field as a schema: its range is that of the table, and its default where the API has no other. */
function schemaOf(field: GenerationField, own: OwnDefaults): z.ZodType {
  const { what, note } = field;
  const description = `${what}${note === undefined ? "" : `; ${note}`}.`;
  if (field.kind === "flag") return orDefault(flagField(), field.fallback, description);
  if (field.kind === "choice") return orDefault(choiceField(field.choices), field.fallback, description);
  if (field.kind === "limit") return orDefault(wholeField(field.least, field.most), null, description);
  if (field.kind === "text") return orDefault(textField(field.least, field.most), null, description);
  if (field.kind === "texts") return textsField(field.least, field.most, field.mostTexts, description);
  if (field.kind === "biases") {
    return orDefault(biasesField(field.least, field.most, field.mostEntries), null, description);
  }
  if (field.kind === "schema") return orDefault(schemaField(field.mostBytes), null, description);
  if (field.kind === "values") return orDefault(valuesField(field.mostBytes, field.reserved), null, description);
  const { least, most } = field;
  const fallback = own[field.wire as WireName] ?? field.fallback;
  const number = field.kind === "whole" ? wholeField(least, most) : numberField(least, most);
  if (fallback !== "random") return orDefault(number, fallback, description);
  return orMade(number, () => randomInt(least, most + 1), description);
}

/** One text, or a list of them, as a list; left out or null: none. */
function textsField(least: number, most: number, mostTexts: number, description: string): z.ZodType {
  const text = textField(least, most);
  const error = `a text of ${least} to ${most} characters, or a list of up to ${mostTexts} of them`;
  return z
    .union([text, z.array(text).max(mostTexts)], { error })
    .nullish()
    .meta({ description })
    .transform((given) => (typeof given === "string" ? [given] : (given ?? [])));
}

/** The schema of each option. Left out, a number is what `own` says, else what the table says. */
export function optionSchemas(own: OwnDefaults = {}): OptionSchemas {
  // the cast is held by the pins of those who use it: a field that their interface lacks, or has otherwise, does not compile
  return Object.fromEntries(
    Object.values<GenerationField>(generationFields).map((field) => [field.wire, schemaOf(field, own)]),
  ) as unknown as OptionSchemas;
}

/** Other names that clients of LocalLab and of OpenAI send. */
export const optionAliases: ReadonlyMap<string, string> = new Map(
  Object.values<GenerationField>(generationFields).flatMap(({ wire, aliases = [] }) =>
    aliases.map((alias) => [alias, wire] as const),
  ),
);
