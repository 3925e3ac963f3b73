/** The APIs whose parameters are all accounted for, and the route that each is sent to. */
import { llamaServer } from "./llama-server.js";
import { locallab } from "./locallab.js";
import { ollamaOptions, ollamaRequest } from "./ollama.js";
import { openaiChat } from "./openai-chat.js";
import { openaiCompletions } from "./openai-completions.js";
import type { ParameterTable } from "./parameter.js";

export interface DocumentedApi {
  /** As a heading. */
  readonly title: string;
  /** The route here that takes them. */
  readonly path: string;
  /** A body of that route that is right without any of them. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly parameters: ParameterTable;
}

const chat = { messages: [{ role: "user", content: "Hello" }] };
const text = { prompt: "The sea" };

export const documentedApis: readonly DocumentedApi[] = [
  { title: "OpenAI, chat completions", path: "/v1/chat/completions", body: chat, parameters: openaiChat },
  { title: "OpenAI, completions", path: "/v1/completions", body: text, parameters: openaiCompletions },
  { title: "LocalLab", path: "/generate", body: text, parameters: locallab },
  { title: "llama-server, /completion", path: "/generate", body: text, parameters: llamaServer },
  { title: "Ollama, options", path: "/generate", body: text, parameters: ollamaOptions },
  { title: "Ollama, beside the options", path: "/generate", body: text, parameters: ollamaRequest },
];
