/** Bodies of `/generate`, `/chat` and `/generate/batch`. Their options are made from `engine/fields.ts`. */
import { z } from "zod";
import type { GenerationRequest } from "../engine/request.js";
import { LabError } from "../errors.js";
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
import { flagField, listField, orDefault, textField, wholeField } from "./field-schemas.js";
import type { BatchCall, GenerationCall } from "./generation-call.js";
import { type FilledOptions, optionAliases, optionSchemas } from "./generation-options.js";
import { otherSpellings, withOptionsOpened, withUnlimited } from "./other-spellings.js";
import type { Fields } from "./read-fields.js";
import { callOptions, resolve } from "./to-generation.js";
import { type FilledTools, toolFields, toolRemarks, toolsOf } from "./tools.js";

const options = optionSchemas();

type FilledAnswers = FilledOptions & { stream: boolean; n: number };
export type FilledGenerate = FilledAnswers & { prompt: string };
export type FilledChat = FilledAnswers & FilledTools & { messages: ChatMessage[] };
export type FilledBatch = FilledOptions & { prompts: string[] };

const streamField = orDefault(flagField(), false, "Send the answer in pieces as they are made.");
const nField = orDefault(wholeField(1, 8), 1, "Answers to make, with the seeds seed, seed + 1 and so on.");
const promptField = textField(1, maxPromptCharacters).describe("Text to continue.");

export const generateRequest: z.ZodType<FilledGenerate, GenerateRequest> = exactly<FilledGenerate, GenerateRequest>()(
  z.object({ prompt: promptField, stream: streamField, n: nField, ...options }).meta({ id: "GenerateRequest" }),
);

export const chatRequest: z.ZodType<FilledChat, ChatRequest> = exactly<FilledChat, ChatRequest>()(
  z
    .object({
      messages: messagesField,
      stream: streamField,
      n: nField,
      ...options,
      ...toolFields,
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
    return generationCall(filled, fields, input, input);
  },
});

export const chatBody: Body<GenerationCall> = bodyOf({
  schema: chatRequest,
  ...spellings,
  prepare: (given) => withPlainMessages(withUnlimited(given)),
  toCall: (filled, fields) => {
    const messages = withSystemPrompt(toMessages(filled.messages), filled.system_prompt);
    const input = { kind: "chat", messages } as const;
    const tools = toolsOf(filled);
    const call = generationCall(filled, { ...fields, remarks: [...fields.remarks, ...toolRemarks(tools)] }, input);
    return { ...call, request: { ...call.request, ...tools } };
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

/** `told`: the input where it decides what is ignored. */
function generationCall(
  filled: FilledAnswers,
  fields: Fields,
  input: GenerationRequest["input"],
  told?: GenerationRequest["input"],
): GenerationCall {
  const { n, stream } = filled;
  if (n > 1 && stream) {
    const sentence = `n is ${n} and stream is true, and several answers come whole here. Leave one of them out, or use /v1/chat/completions.`;
    throw new LabError("invalid_request", sentence, { param: "n" });
  }
  return { ...callOptions(filled, fields, told), n, stream, request: resolve(filled, fields, input) };
}

/** What a text to continue is asked as: a turn of a conversation where there are instructions. */
export function promptInput(prompt: string, systemPrompt: string | null): GenerationRequest["input"] {
  if (systemPrompt === null || systemPrompt === "") return { kind: "prompt", text: prompt };
  return { kind: "chat", messages: withSystemPrompt([{ role: "user", content: prompt }], systemPrompt) };
}
