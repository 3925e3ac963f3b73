/** Which client does what with a lab: a test for each cell of the table in the README, which is made from this. */
import { readFileSync } from "node:fs";
import { instructorVersion, pythonClients } from "../../scripts/setup/python-clients.mjs";

/** What clients do, in the words of the table. */
export const features = {
  chat: "chat",
  stream: "streams",
  usage: "usage in streams",
  n: "several answers (`n`)",
  logprobs: "`logprobs`",
  completions: "`/v1/completions`",
  responses: "`/v1/responses`",
  tools: "tools, forced and free",
  parallel: "several calls at once",
  toolStream: "calls in streams",
  toolResult: "results of calls",
  structured: "structured output",
  reasoning: "thoughts apart",
  embeddings: "embeddings",
  models: "list of models",
  slashes: "models with slashes",
  count: "counting tokens",
  cancel: "break and abort",
  retries: "retries by itself",
  errors: "errors by type",
} as const;

export type Feature = keyof typeof features;

const { devDependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  devDependencies: Record<string, string>;
};
const ofNpm = (name: string): string => devDependencies[name] ?? "";

/** Each client with its version and what it is tested to do. What is not named, it has no call for. */
export const clientMatrix = {
  "openai (TypeScript)": {
    version: ofNpm("openai"),
    does: [
      ...["chat", "stream", "usage", "n", "logprobs", "completions", "responses", "tools", "parallel"],
      ...["toolStream", "toolResult", "structured", "embeddings", "models", "slashes", "cancel", "retries", "errors"],
    ],
  },
  "@anthropic-ai/sdk": {
    version: ofNpm("@anthropic-ai/sdk"),
    does: [
      ...["chat", "stream", "usage", "tools", "parallel", "toolStream", "toolResult", "reasoning", "models", "slashes"],
      ...["structured", "count", "cancel", "retries", "errors"],
    ],
  },
  "@langchain/openai": {
    version: ofNpm("@langchain/openai"),
    does: [
      ...["chat", "stream", "usage", "n", "logprobs", "completions", "tools", "parallel", "toolStream", "toolResult"],
      ...["structured", "reasoning", "embeddings", "slashes", "cancel", "retries", "errors"],
    ],
  },
  "ai + @ai-sdk/openai-compatible": {
    version: `${ofNpm("ai")} + ${ofNpm("@ai-sdk/openai-compatible")}`,
    does: [
      ...["chat", "stream", "usage", "completions", "tools", "parallel", "toolStream", "toolResult", "structured"],
      ...["reasoning", "embeddings", "slashes", "cancel", "retries", "errors"],
    ],
  },
  "openai (Python)": {
    version: pythonClients.openai,
    does: [
      ...["chat", "stream", "usage", "n", "logprobs", "completions", "responses", "tools", "parallel"],
      ...["toolStream", "toolResult", "structured", "embeddings", "models", "slashes", "cancel", "retries", "errors"],
    ],
  },
  "anthropic (Python)": {
    version: pythonClients.anthropic,
    does: [
      ...["chat", "stream", "usage", "tools", "parallel", "toolStream", "toolResult", "reasoning", "models", "slashes"],
      ...["structured", "count", "cancel", "retries", "errors"],
    ],
  },
  "langchain-openai": {
    version: pythonClients["langchain-openai"],
    does: [
      ...["chat", "stream", "usage", "n", "logprobs", "completions", "responses", "tools", "parallel", "toolStream"],
      ...["toolResult", "structured", "embeddings", "slashes", "cancel", "retries", "errors"],
    ],
  },
  litellm: {
    version: pythonClients.litellm,
    does: [
      ...["chat", "stream", "usage", "n", "logprobs", "completions", "tools", "parallel", "toolStream", "toolResult"],
      ...["structured", "reasoning", "embeddings", "slashes", "retries", "errors"],
    ],
  },
  instructor: { version: instructorVersion, does: ["structured", "tools", "parallel", "stream", "retries"] },
  llm: { version: pythonClients.llm, does: ["chat", "stream", "usage", "tools", "structured", "models", "slashes"] },
} as const satisfies Record<string, { readonly version: string; readonly does: readonly Feature[] }>;

export type ClientName = keyof typeof clientMatrix;
export type FeatureOf<Client extends ClientName> = (typeof clientMatrix)[Client]["does"][number];
