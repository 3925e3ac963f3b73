/** Bodies of `/generate`, `/chat` and `/generate/batch`. Their options are made from `engine/fields.ts`. */
import { z } from "zod";
import type { GenerationRequest } from "../engine/request.js";
import type { BatchRequest, ChatMessage, ChatRequest, GenerateRequest } from "../wire/generation.js";
import { type Body, bodyOf } from "./body.js";
import {
  maxPromptCharacters,
  messagesField,
  toMessages,
  withPlainMessages,
  withSystemPrompt,
} from "./chat-messages.js";
import { exactly } from "./exactly.js";
import { flagField, listField, orDefault, textField } from "./field-schemas.js";
import type { BatchCall, GenerationCall } from "./generation-call.js";
import { type FilledOptions, optionAliases, optionSchemas } from "./generation-options.js";
import { otherSpellings, withOptionsOpened, withUnlimited } from "./other-spellings.js";
import { callOptions, resolve } from "./to-generation.js";

const options = optionSchemas();

export type FilledGenerate = FilledOptions & { prompt: string; stream: boolean };
export type FilledChat = FilledOptions & { messages: ChatMessage[]; stream: boolean };
export type FilledBatch = FilledOptions & { prompts: string[] };

const streamField = orDefault(flagField(), false, "Send the answer in pieces as they are made.");
const promptField = textField(1, maxPromptCharacters).describe("Text to continue.");

export const generateRequest: z.ZodType<FilledGenerate, GenerateRequest> = exactly<FilledGenerate, GenerateRequest>()(
  z.object({ prompt: promptField, stream: streamField, ...options }).meta({ id: "GenerateRequest" }),
);

export const chatRequest: z.ZodType<FilledChat, ChatRequest> = exactly<FilledChat, ChatRequest>()(
  z
    .object({
      messages: messagesField,
      stream: streamField,
      ...options,
    })
    .meta({ id: "ChatRequest" }),
);

export const batchRequest: z.ZodType<FilledBatch, BatchRequest> = exactly<FilledBatch, BatchRequest>()(
  z
    .object({ prompts: listField(promptField, 128, "texts").describe("Texts to continue."), ...options })
    .meta({ id: "BatchRequest" }),
);

/** Names and values that clients of other servers send. */
const spellings = {
  aliases: optionAliases,
  parameters: otherSpellings,
  unknown: "tell",
  open: withOptionsOpened,
} as const;

export const generateBody: Body<GenerationCall> = bodyOf({
  schema: generateRequest,
  ...spellings,
  prepare: withUnlimited,
  toCall: (filled, fields) => {
    const input = promptInput(filled.prompt, filled.system_prompt);
    return { ...callOptions(filled, fields, input), stream: filled.stream, request: resolve(filled, fields, input) };
  },
});

export const chatBody: Body<GenerationCall> = bodyOf({
  schema: chatRequest,
  ...spellings,
  prepare: (given) => withPlainMessages(withUnlimited(given)),
  toCall: (filled, fields) => {
    const messages = withSystemPrompt(toMessages(filled.messages), filled.system_prompt);
    const input = { kind: "chat", messages } as const;
    return { ...callOptions(filled, fields), stream: filled.stream, request: resolve(filled, fields, input) };
  },
});

export const batchBody: Body<BatchCall> = bodyOf({
  schema: batchRequest,
  ...spellings,
  prepare: withUnlimited,
  toCall: (filled, fields) => {
    const requests = filled.prompts.map((prompt, index) => {
      const request = resolve(filled, fields, promptInput(prompt, filled.system_prompt));
      // equal prompts would get equal answers otherwise
      return { ...request, seed: (request.seed + index) % 2 ** 32 };
    });
    return { ...callOptions(filled, fields, requests[0]?.input), requests };
  },
});

/** What a text to continue is asked as: a turn of a conversation where there are instructions. */
export function promptInput(prompt: string, systemPrompt: string | null): GenerationRequest["input"] {
  if (systemPrompt === null || systemPrompt === "") return { kind: "prompt", text: prompt };
  return { kind: "chat", messages: withSystemPrompt([{ role: "user", content: prompt }], systemPrompt) };
}
