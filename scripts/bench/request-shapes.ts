/** How each kind of server is asked for a stream, and what its frames say. */
import type { AgainstShape } from "./bench-options.js";

/** Token counts as the server tells them in its last frame. */
export interface FrameUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt tokens that were in a cache; 0 when the server does not say. */
  readonly cachedTokens: number;
}

export interface Frame {
  /** Whether the frame brings text: what gaps are measured between. */
  readonly hasText: boolean;
  readonly usage?: FrameUsage;
  /** What the server says went wrong. */
  readonly error?: string;
}

export interface RequestShape {
  readonly name: "locallab" | AgainstShape;
  readonly path: string;
  /** Greedy, without a penalty, with the prompt cache off where that can be said. `model` is an id or "". */
  body(prompt: string, tokens: number, model: string): Record<string, unknown>;
  /** `data` is the data of one event. Throws a SyntaxError when it is neither JSON nor the end mark. */
  read(data: string): Frame;
  /** Where the number of busy slots is told; null where it is not. */
  readonly slots: { readonly path: string; busy(answer: unknown): number } | null;
  /** A route that answers at once; null where none is known. */
  readonly healthPath: string | null;
}

/** Everything is greedy, so the seed changes nothing; it is sent because some servers make one up otherwise. */
const seed = 1;

const locallab: RequestShape = {
  name: "locallab",
  path: "/generate",
  body: (prompt, tokens) => ({
    prompt,
    stream: true,
    max_length: tokens,
    temperature: 0,
    repetition_penalty: 1,
    max_time: 600,
    // a token a step, as the other servers make them: several at once would be one frame, and frames are counted
    exact: true,
  }),
  read: (data) => {
    if (data === "[DONE]") return { hasText: false };
    const { response, usage, error, detail } = JSON.parse(data) as {
      response?: string;
      usage?: {
        prompt_tokens: number;
        completion_tokens: number;
        prompt_tokens_details: { cached_tokens: number };
      };
      error?: { message: string };
      detail?: string;
    };
    return {
      hasText: response !== undefined && response !== "",
      ...(usage && {
        usage: {
          promptTokens: usage.prompt_tokens,
          completionTokens: usage.completion_tokens,
          cachedTokens: usage.prompt_tokens_details.cached_tokens,
        },
      }),
      ...(error && { error: error.message ?? detail }),
    };
  },
  slots: { path: "/health", busy: (answer) => (answer as { slots: { busy: number } }).slots.busy },
  healthPath: "/health",
};

/** Source: tools/server/README.md of llama.cpp, POST /completion and GET /slots. */
const llamaServer: RequestShape = {
  name: "llama-server",
  path: "/completion",
  body: (prompt, tokens) => ({
    prompt,
    stream: true,
    n_predict: tokens,
    temperature: 0,
    repeat_penalty: 1,
    seed,
    ignore_eos: true,
    cache_prompt: false,
  }),
  read: (data) => {
    if (data === "[DONE]") return { hasText: false };
    const frame = JSON.parse(data) as {
      content?: string;
      stop?: boolean;
      tokens_predicted?: number;
      tokens_evaluated?: number;
      error?: { message: string };
    };
    if (frame.error) return { hasText: false, error: frame.error.message };
    if (frame.stop !== true) return { hasText: true };
    const usage = {
      promptTokens: frame.tokens_evaluated ?? 0,
      completionTokens: frame.tokens_predicted ?? 0,
      cachedTokens: 0,
    };
    return { hasText: false, usage };
  },
  slots: {
    path: "/slots",
    busy: (answer) => (answer as { is_processing: boolean }[]).filter((slot) => slot.is_processing).length,
  },
  healthPath: "/health",
};

const openai: RequestShape = {
  name: "openai",
  path: "/v1/completions",
  body: (prompt, tokens, model) => ({
    model,
    prompt,
    stream: true,
    max_tokens: tokens,
    temperature: 0,
    seed,
    stream_options: { include_usage: true },
  }),
  read: (data) => {
    if (data === "[DONE]") return { hasText: false };
    const { choices, usage, error } = JSON.parse(data) as {
      choices?: { text?: string }[];
      usage?: {
        prompt_tokens: number;
        completion_tokens: number;
        prompt_tokens_details?: { cached_tokens?: number } | null;
      } | null;
      error?: { message: string };
    };
    return {
      hasText: (choices?.[0]?.text ?? "") !== "",
      ...(usage && {
        usage: {
          promptTokens: usage.prompt_tokens,
          completionTokens: usage.completion_tokens,
          cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
        },
      }),
      ...(error && { error: error.message }),
    };
  },
  slots: null,
  healthPath: null,
};

export const requestShapes: { readonly [Name in RequestShape["name"]]: RequestShape } = {
  locallab,
  "llama-server": llamaServer,
  openai,
};
