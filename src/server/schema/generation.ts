/** Bodies of `/generate`, `/chat` and `/generate/batch`. Their options are made from `engine/fields.ts`. */
import { randomInt } from "node:crypto";
import { z } from "zod";
import type { GenerationField } from "../engine/field-kinds.js";
import { generationFields, generationNumbers } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import { LabError } from "../errors.js";
import type {
  BatchRequest,
  ChatMessage,
  ChatRequest,
  GenerateRequest,
  JsonSchema,
  SamplingOptions,
  TemplateValues,
} from "../wire/generation.js";
import { type Body, bodyOf } from "./body.js";
import {
  maxPromptCharacters,
  messagesField,
  toMessages,
  unknownMessageFields,
  withKnownRoles,
  withSystemPrompt,
} from "./chat-messages.js";
import { exactly } from "./exactly.js";
import {
  choiceField,
  flagField,
  listField,
  numberField,
  orDefault,
  orMade,
  textField,
  valuesField,
  type WithDefault,
  wholeField,
} from "./field-schemas.js";
import type { BatchCall, CallOptions, GenerationCall } from "./generation-call.js";
import { type Fields, unknownWarning } from "./read-fields.js";
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

export type FilledGenerate = FilledOptions & { prompt: string; stream: boolean };
export type FilledChat = FilledOptions & { messages: ChatMessage[]; stream: boolean };
export type FilledBatch = FilledOptions & { prompts: string[] };

type OptionSchemas = {
  [Name in WireName]: WithDefault<
    z.ZodType<NonNullable<FilledOptions[Name]>, NonNullable<SamplingOptions[Name]>>,
    FilledOptions[Name]
  >;
};

/** A field as a schema: its range and default are those of the table. */
function schemaOf(field: GenerationField): z.ZodType {
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
  const { least, most, fallback } = field;
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

// the cast is held by the pins below: a field that the interface lacks, or has otherwise, does not compile
const optionSchemas = Object.fromEntries(
  Object.values(generationFields).map((field) => [field.wire, schemaOf(field)]),
) as unknown as OptionSchemas;

const streamField = orDefault(flagField(), false, "Send the answer in pieces as they are made.");
const promptField = textField(1, maxPromptCharacters).describe("Text to continue.");

export const generateRequest: z.ZodType<FilledGenerate, GenerateRequest> = exactly<FilledGenerate, GenerateRequest>()(
  z.object({ prompt: promptField, stream: streamField, ...optionSchemas }).meta({ id: "GenerateRequest" }),
);

export const chatRequest: z.ZodType<FilledChat, ChatRequest> = exactly<FilledChat, ChatRequest>()(
  z
    .object({
      messages: messagesField,
      stream: streamField,
      ...optionSchemas,
    })
    .meta({ id: "ChatRequest" }),
);

export const batchRequest: z.ZodType<FilledBatch, BatchRequest> = exactly<FilledBatch, BatchRequest>()(
  z
    .object({ prompts: listField(promptField, 128, "texts").describe("Texts to continue."), ...optionSchemas })
    .meta({ id: "BatchRequest" }),
);

/** Other names that clients of LocalLab and of OpenAI send. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.values<GenerationField>(generationFields).flatMap(({ wire, aliases = [] }) =>
    aliases.map((alias) => [alias, wire] as const),
  ),
);

export const generateBody: Body<GenerationCall> = bodyOf({
  schema: generateRequest,
  aliases,
  unknown: "tell",
  toCall: (filled, fields) => {
    const input = promptInput(filled.prompt, filled.system_prompt);
    return { ...callOptions(filled, fields, input), stream: filled.stream, request: resolve(filled, fields, input) };
  },
});

export const chatBody: Body<GenerationCall> = bodyOf({
  schema: chatRequest,
  aliases,
  unknown: "tell",
  prepare: (fields) => ({
    ...fields,
    values: { ...fields.values, messages: withKnownRoles(fields.values.messages) },
    unknown: [...fields.unknown, ...unknownMessageFields(fields.values.messages)],
  }),
  toCall: (filled, fields) => {
    const messages = withSystemPrompt(toMessages(filled.messages), filled.system_prompt);
    const input = { kind: "chat", messages } as const;
    return { ...callOptions(filled, fields), stream: filled.stream, request: resolve(filled, fields, input) };
  },
});

export const batchBody: Body<BatchCall> = bodyOf({
  schema: batchRequest,
  aliases,
  unknown: "tell",
  toCall: (filled, fields) => {
    const requests = filled.prompts.map((prompt, index) => {
      const request = resolve(filled, fields, promptInput(prompt, filled.system_prompt));
      // equal prompts would get equal answers otherwise
      return { ...request, seed: (request.seed + index) % 2 ** 32 };
    });
    return { ...callOptions(filled, fields, requests[0]?.input), requests };
  },
});

function promptInput(prompt: string, systemPrompt: string | null): GenerationRequest["input"] {
  if (systemPrompt === null || systemPrompt === "") return { kind: "prompt", text: prompt };
  return { kind: "chat", messages: withSystemPrompt([{ role: "user", content: prompt }], systemPrompt) };
}

function resolve(filled: FilledOptions, fields: Fields, input: GenerationRequest["input"]): GenerationRequest {
  const values: Readonly<Record<string, unknown>> = filled.do_sample ? filled : { ...filled, temperature: 0 };
  // whoever names a seed wants to see the same again
  const exact = filled.exact || (fields.values.seed ?? null) !== null;
  // a text that is continued has no turns, so nothing tells thought from answer
  const reasoning = input.kind === "prompt" ? "inline" : filled.reasoning;
  return {
    input,
    ...generationNumbers((wire) => values[wire] as number),
    stop: filled.stop,
    exact,
    ...(filled.exact && { exactAsked: true }),
    parseSpecial: filled.parse_special,
    templateKwargs: filled.chat_template_kwargs ?? undefined,
    reasoning,
    reasoningBudget: filled.reasoning_budget,
    ...(filled.ignore_eos && { ignoreEos: true }),
    ...(filled.logit_bias !== null && { logitBias: filled.logit_bias }),
    ...(filled.grammar !== null && { grammar: filled.grammar }),
    ...(filled.logprobs !== null && { logprobs: filled.logprobs }),
  };
}

/** Options that only a conversation has a use for, and what is said of them where there is none. */
const ofConversations = {
  reasoning_budget: "reasoning_budget is ignored where a text is continued: it needs /chat, or system_prompt.",
  chat_template_kwargs:
    "chat_template_kwargs is ignored: a raw prompt has no template. Send system_prompt, or use /chat.",
} as const;

function callOptions(filled: FilledOptions, fields: Fields, input?: GenerationRequest["input"]): CallOptions {
  const warning = unknownWarning(fields.unknown);
  if (warning !== undefined) refuseIfStrict(filled, warning, fields.unknown[0] ?? "");
  const warnings = warning === undefined ? [] : [warning];
  for (const [name, ignored] of Object.entries(ofConversations)) {
    if (input?.kind !== "prompt" || filled[name as keyof typeof ofConversations] === null) continue;
    refuseIfStrict(filled, ignored, fields.sentAs.get(name) ?? name);
    warnings.push(ignored);
  }
  return {
    modelId: filled.model_id ?? undefined,
    strict: filled.strict,
    lengthGiven: (fields.values.max_length ?? null) !== null,
    warnings,
  };
}

function refuseIfStrict({ strict }: FilledOptions, warning: string, param: string): void {
  if (!strict) return;
  throw new LabError("invalid_request", `${warning} Leave them out, or send strict: false.`, { param });
}
