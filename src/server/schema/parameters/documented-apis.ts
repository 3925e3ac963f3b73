/** The APIs whose parameters are all accounted for, and the route that each is sent to. */
import { anthropicMessages } from "./anthropic.js";
import { llamaServer } from "./llama-server.js";
import { locallab } from "./locallab.js";
import { openaiEmbeddings, otherEmbeddings, rerankParameters } from "./measures.js";
import { ollamaOptions, ollamaRequest } from "./ollama.js";
import { openaiChat } from "./openai-chat.js";
import { openaiCompletions } from "./openai-completions.js";
import { openaiResponses } from "./openai-responses.js";
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

const messages = [{ role: "user", content: "Hello" }];
const chat = { messages, seed: 5 };
const text = { prompt: "The sea", seed: 5 };
const embedded = { input: "The sea" };
const ranked = { query: "What do cats eat?", documents: ["Cats eat mice.", "The sea is wide."] };

export const documentedApis: readonly DocumentedApi[] = [
  { title: "OpenAI, chat completions", path: "/v1/chat/completions", body: chat, parameters: openaiChat },
  { title: "OpenAI, completions", path: "/v1/completions", body: text, parameters: openaiCompletions },
  { title: "OpenAI, responses", path: "/v1/responses", body: { input: "Hello" }, parameters: openaiResponses },
  { title: "OpenAI, embeddings", path: "/v1/embeddings", body: embedded, parameters: openaiEmbeddings },
  { title: "Jina and others, embeddings", path: "/v1/embeddings", body: embedded, parameters: otherEmbeddings },
  { title: "Jina and Cohere, rerank", path: "/v1/rerank", body: ranked, parameters: rerankParameters },
  {
    title: "Anthropic, messages",
    path: "/v1/messages",
    body: { model: "fake", messages, max_tokens: 40 },
    parameters: anthropicMessages,
  },
  { title: "LocalLab", path: "/generate", body: text, parameters: locallab },
  { title: "llama-server, /completion", path: "/generate", body: text, parameters: llamaServer },
  { title: "Ollama, options", path: "/generate", body: text, parameters: ollamaOptions },
  { title: "Ollama, beside the options", path: "/generate", body: text, parameters: ollamaRequest },
];
