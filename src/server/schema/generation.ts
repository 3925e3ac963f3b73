/** Bodies of `/generate`, `/chat` and `/generate/batch`. Their options are made from `engine/fields.ts`. */
import { randomInt } from "node:crypto";
import { z } from "zod";
import { type GenerationField, generationFields, generationNumbers } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import { LabError } from "../errors.js";
import type {
  BatchRequest,
  ChatMessage,
  ChatRequest,
  GenerateRequest,
  SamplingOptions,
  TemplateValues,
} from "../wire/generation.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import {
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

const maxPromptCharacters = 1_000_000;

type WireName = (typeof generationFields)[keyof typeof generationFields]["wire"];

/** Sampling options with every default filled in; null is left only where it means "none". */
export type FilledOptions = {
  [Name in keyof SamplingOptions]-?: Name extends "model_id" | "system_prompt"
    ? string | null
    : Name extends "chat_template_kwargs"
      ? TemplateValues | null
      : Name extends "stop"
        ? string[]
        : NonNullable<SamplingOptions[Name]>;
};

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
  if (field.kind === "text") return orDefault(textField(field.least, field.most), null, description);
  if (field.kind === "texts") return textsField(field.least, field.most, field.mostTexts, description);
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

const roleError = 'one of "system", "user", "assistant"';
const messageField = z.object(
  {
    role: z.enum(["system", "user", "assistant"], { error: roleError }).describe("Who speaks."),
    content: textField(0, maxPromptCharacters).describe("What is said."),
  },
  { error: "an object with role and content" },
);

export const messagesField: z.ZodType<ChatMessage[], ChatMessage[]> = listField(
  messageField,
  1000,
  "messages",
).describe("The conversation so far.");

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
    return { ...callOptions(filled, fields, input.kind), stream: filled.stream, request: resolve(filled, input) };
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
    const input = { kind: "chat", messages: withSystemPrompt(filled.messages, filled.system_prompt) } as const;
    return { ...callOptions(filled, fields), stream: filled.stream, request: resolve(filled, input) };
  },
});

export const batchBody: Body<BatchCall> = bodyOf({
  schema: batchRequest,
  aliases,
  unknown: "tell",
  toCall: (filled, fields) => {
    const requests = filled.prompts.map((prompt, index) => {
      const request = resolve(filled, promptInput(prompt, filled.system_prompt));
      // equal prompts would get equal answers otherwise
      return { ...request, seed: (request.seed + index) % 2 ** 32 };
    });
    return { ...callOptions(filled, fields, requests[0]?.input.kind), requests };
  },
});

function promptInput(prompt: string, systemPrompt: string | null): GenerationRequest["input"] {
  if (systemPrompt === null || systemPrompt === "") return { kind: "prompt", text: prompt };
  return { kind: "chat", messages: withSystemPrompt([{ role: "user", content: prompt }], systemPrompt) };
}

/** Both instructions in one message where the conversation brings its own: templates take one at most. */
function withSystemPrompt(messages: readonly ChatMessage[], systemPrompt: string | null): readonly ChatMessage[] {
  if (systemPrompt === null || systemPrompt === "") return messages;
  const [first, ...rest] = messages;
  if (first?.role !== "system") return [{ role: "system", content: systemPrompt }, ...messages];
  return [{ role: "system", content: `${systemPrompt}\n\n${first.content}` }, ...rest];
}

/** "developer" is what OpenAI's newer clients call "system". */
export function withKnownRoles(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown) =>
    isObject(message) && message.role === "developer" ? { ...message, role: "system" } : message,
  );
}

function unknownMessageFields(messages: unknown): string[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message: unknown, index) =>
    Object.keys(isObject(message) ? message : {})
      .filter((name) => name !== "role" && name !== "content")
      .map((name) => `messages[${index}].${name}`),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function resolve(filled: FilledOptions, input: GenerationRequest["input"]): GenerationRequest {
  const values: Readonly<Record<string, unknown>> = filled;
  return {
    input,
    ...generationNumbers((wire) => values[wire] as number),
    stop: filled.stop,
    parseSpecial: filled.parse_special,
    templateKwargs: filled.chat_template_kwargs ?? undefined,
  };
}

const kwargsWarning =
  "chat_template_kwargs is ignored: a raw prompt has no template. Send system_prompt, or use /chat.";

function callOptions(filled: FilledOptions, fields: Fields, kind: "prompt" | "chat" = "chat"): CallOptions {
  // LocalLab's Python client always sends do_sample; whether to sample is what temperature says
  const unknown = fields.unknown.filter((name) => name !== "do_sample");
  const warning = unknownWarning(unknown);
  if (warning !== undefined && filled.strict) {
    throw new LabError("invalid_request", `${warning} Leave them out, or send strict: false.`, {
      param: unknown[0] ?? "",
    });
  }
  const lost = kind === "prompt" && filled.chat_template_kwargs !== null ? [kwargsWarning] : [];
  if (lost.length > 0 && filled.strict) {
    throw new LabError("invalid_request", `${kwargsWarning} Leave it out, or send strict: false.`, {
      param: fields.sentAs.get("chat_template_kwargs") ?? "chat_template_kwargs",
    });
  }
  return {
    modelId: filled.model_id ?? undefined,
    strict: filled.strict,
    lengthGiven: (fields.values.max_length ?? null) !== null,
    warnings: [...(warning === undefined ? [] : [warning]), ...lost],
  };
}
