/**
 * Bodies of `/generate`, `/chat` and `/generate/batch` turned into what the engine accepts.
 *
 * Each refuses with `invalid_request` and the path of the first field that is wrong.
 */
import type { GenerationRequest } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { ChatMessage } from "../wire/generation.js";
import { checkFields } from "./check-fields.js";
import type { BatchCall, CallOptions, GenerationCall } from "./generation-call.js";
import { batchRequest, chatRequest, type FilledOptions, fieldNames, generateRequest } from "./generation-schemas.js";
import { type Fields, readFields, unknownWarning } from "./read-fields.js";

export function parseGenerate(body: unknown): GenerationCall {
  const fields = readFields(body, fieldNames.generate);
  const filled = checkFields(generateRequest, fields);
  const input = promptInput(filled.prompt, filled.system_prompt);
  return { ...callOptions(filled, fields), stream: filled.stream, request: resolve(filled, input) };
}

export function parseChat(body: unknown): GenerationCall {
  const read = readFields(body, fieldNames.chat);
  const fields = { ...read, values: { ...read.values, messages: withKnownRoles(read.values.messages) } };
  const filled = checkFields(chatRequest, fields);
  const input = { kind: "chat", messages: withSystemPrompt(filled.messages, filled.system_prompt) } as const;
  const unknown = [...fields.unknown, ...unknownMessageFields(read.values.messages)];
  return { ...callOptions(filled, { ...fields, unknown }), stream: filled.stream, request: resolve(filled, input) };
}

export function parseBatch(body: unknown): BatchCall {
  const fields = readFields(body, fieldNames.batch);
  const filled = checkFields(batchRequest, fields);
  const requests = filled.prompts.map((prompt, index) => {
    const request = resolve(filled, promptInput(prompt, filled.system_prompt));
    // equal prompts would get equal answers otherwise
    return { ...request, seed: (request.seed + index) % 2 ** 32 };
  });
  return { ...callOptions(filled, fields), requests };
}

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
function withKnownRoles(messages: unknown): unknown {
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
  return {
    input,
    maxTokens: filled.max_length,
    temperature: filled.temperature,
    topP: filled.top_p,
    topK: filled.top_k,
    repetitionPenalty: filled.repetition_penalty,
    seed: filled.seed,
    stop: filled.stop,
    maxTimeMs: Math.round(filled.max_time * 1000),
  };
}

function callOptions(filled: FilledOptions, fields: Fields): CallOptions {
  // LocalLab's Python client always sends do_sample; whether to sample is what temperature says
  const unknown = fields.unknown.filter((name) => name !== "do_sample");
  const warning = unknownWarning(unknown);
  if (warning !== undefined && filled.strict) {
    throw new LabError("invalid_request", `${warning} Leave them out, or send strict: false.`, {
      param: unknown[0] ?? "",
    });
  }
  return {
    modelId: filled.model_id ?? undefined,
    strict: filled.strict,
    lengthGiven: fields.values.max_length !== undefined,
    warnings: warning === undefined ? [] : [warning],
  };
}
