/** What LocalLab's own routes take of other people's requests: names of OpenAI, Ollama and llama-server, and their ways to say "no limit". */
import { llamaServer } from "./parameters/llama-server.js";
import { ollamaOptions, ollamaRequest } from "./parameters/ollama.js";
import { openaiChat } from "./parameters/openai-chat.js";
import type { ParameterTable } from "./parameters/parameter.js";
import type { Fields } from "./read-fields.js";

export const otherSpellings: readonly ParameterTable[] = [llamaServer, ollamaOptions, ollamaRequest, openaiChat];

/** The body with what stands in Ollama's `options` beside the rest. What stands there already counts more. */
export function withOptionsOpened(sent: unknown): unknown {
  if (!isObject(sent) || !isObject(sent.options)) return sent;
  const { options, ...rest } = sent;
  return { ...options, ...rest };
}

/** The longest answer there can be: the context is shorter. */
const unlimitedTokens = 1_048_576;

/** Other servers take -1 for no limit, all tokens, or any seed. By LocalLab's own name a length stays a length. */
export function withUnlimited(fields: Fields): Fields {
  const values = { ...fields.values };
  const isNoLimit = values.max_length === -1 || values.max_length === -2;
  if (isNoLimit && fields.sentAs.get("max_length") !== "max_length") values.max_length = unlimitedTokens;
  if (values.seed === -1) values.seed = null;
  if (values.top_k === -1) values.top_k = 0;
  return { ...fields, values };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
