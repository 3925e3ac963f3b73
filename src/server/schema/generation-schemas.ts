/** What a request for text may contain: limits, defaults, descriptions. The interfaces say what the fields mean. */
import { randomInt } from "node:crypto";
import { z } from "zod";
import type { BatchRequest, ChatMessage, ChatRequest, GenerateRequest, SamplingOptions } from "../wire/generation.js";
import { exactly } from "./exactly.js";
import { flagField, listField, numberField, orDefault, orMade, textField, wholeField } from "./fields.js";

/** Most tokens a request may ask for; the same as the largest context. */
const maxTokens = 1_048_576;
const maxPromptCharacters = 1_000_000;
const maxStops = 16;

/** Sampling options with every default filled in; null is left only where it means "none". */
export type FilledOptions = {
  [Name in keyof SamplingOptions]-?: Name extends "model_id" | "system_prompt"
    ? string | null
    : Name extends "stop"
      ? string[]
      : NonNullable<SamplingOptions[Name]>;
};

export type FilledGenerate = FilledOptions & { prompt: string; stream: boolean };
export type FilledChat = FilledOptions & { messages: ChatMessage[]; stream: boolean };
export type FilledBatch = FilledOptions & { prompts: string[] };

const stopText = textField(1, 256);
const stopError = `a text of 1 to 256 characters, or a list of up to ${maxStops} of them`;
const stopField = z
  .union([stopText, z.array(stopText).max(maxStops)], { error: stopError })
  .nullish()
  .meta({ description: "Texts that end the answer and are not part of it." })
  .transform((given) => (typeof given === "string" ? [given] : (given ?? [])));

const samplingShape = {
  model_id: orDefault(textField(1, 512), null, "Model to use; loaded first when it is not the loaded one."),
  max_length: orDefault(wholeField(1, maxTokens), 8192, "Most new tokens."),
  temperature: orDefault(numberField(0, 2), 0.7, "Randomness; 0 always takes the likeliest token."),
  top_p: orDefault(numberField(0, 1), 0.9, "Keep the likeliest tokens that add up to this share."),
  top_k: orDefault(wholeField(0, maxTokens), 80, "Keep this many of the likeliest tokens; 0 keeps all."),
  repetition_penalty: orDefault(numberField(0.1, 2), 1.15, "Pushes down tokens that were used lately; 1 is off."),
  stop: stopField,
  seed: orMade(wholeField(0, 2 ** 32 - 1), () => randomInt(2 ** 32), "Start of the random numbers."),
  system_prompt: orDefault(textField(0, 65_536), null, "Instructions given before everything else."),
  max_time: orDefault(numberField(0.1, 3600), 180, "Seconds the request may take, waiting included."),
  strict: orDefault(flagField(), false, "Refuse what would otherwise be clamped or ignored with a warning."),
};

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

export const generateRequest: z.ZodType<FilledGenerate, GenerateRequest> = exactly<FilledGenerate, GenerateRequest>()(
  z.object({ prompt: promptField, stream: streamField, ...samplingShape }).meta({ id: "GenerateRequest" }),
);

export const chatRequest: z.ZodType<FilledChat, ChatRequest> = exactly<FilledChat, ChatRequest>()(
  z
    .object({
      messages: listField(messageField, 1000, "messages").describe("The conversation so far."),
      stream: streamField,
      ...samplingShape,
    })
    .meta({ id: "ChatRequest" }),
);

export const batchRequest: z.ZodType<FilledBatch, BatchRequest> = exactly<FilledBatch, BatchRequest>()(
  z
    .object({ prompts: listField(promptField, 128, "texts").describe("Texts to continue."), ...samplingShape })
    .meta({ id: "BatchRequest" }),
);

const samplingNames: readonly string[] = Object.keys(samplingShape);

/** Names of the fields each request knows. */
export const fieldNames: Readonly<Record<"generate" | "chat" | "batch", readonly string[]>> = {
  generate: ["prompt", "stream", ...samplingNames],
  chat: ["messages", "stream", ...samplingNames],
  batch: ["prompts", ...samplingNames],
};
