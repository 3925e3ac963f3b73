/** What OpenAI's API has on the wire, with LocalLab's options beside its own. */
import type { ChatMessage, FinishReason, JsonSchema, SamplingOptions, Timings, Usage } from "./generation.js";
import type { TokenLogprob } from "./tokens.js";
import type { CalledTool, CalledToolDelta, ToolOptions } from "./tools.js";

/** Every error's body. */
export interface OpenaiErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

export interface StreamOptions {
  /** A last chunk without choices says what was used. */
  include_usage?: boolean | null;
  /** Every chunk says what was used until then. */
  continuous_usage_stats?: boolean | null;
}

/** What every body for text of this API has: LocalLab's options beside its own. */
export interface CompletionOptions extends SamplingOptions {
  /** true: the answer comes in chunks as they are made. Default false. */
  stream?: boolean | null;
  stream_options?: StreamOptions | null;
  /** Answers to make, 1 to 8, with the seeds seed, seed + 1 and so on. Default 1. */
  n?: number | null;
}

/** The form of an answer. */
export type ResponseFormat =
  | { type: "text" }
  | { type: "json_object" }
  | {
      type: "json_schema";
      json_schema: {
        name?: string | null;
        description?: string | null;
        schema?: JsonSchema | null;
        strict?: boolean | null;
      };
    };

/** Body of `POST /v1/chat/completions`. */
export interface ChatCompletionRequest extends Omit<CompletionOptions, "logprobs">, ToolOptions {
  /** The conversation so far, 1 to 1000 messages; if the last is the assistant's, it is continued. */
  messages: ChatMessage[];
  /** Tells how probable each token of the answer was. Default false. */
  logprobs?: boolean | null;
  /** And how probable the likeliest in its place were, 0 to 20. Default 0. */
  top_logprobs?: number | null;
  /** The form of the answer; json_object and json_schema are kept to. Default text. */
  response_format?: ResponseFormat | null;
  /** How much a model that thinks may think: none, minimal, low, medium, high, xhigh or max. Default: as much as it likes. */
  reasoning_effort?: string | null;
}

/** Body of `POST /v1/completions`. */
export interface CompletionRequest extends CompletionOptions {
  /** A text, up to 128 of them, the ids of a text's tokens, or up to 128 lists of ids; each is continued. */
  prompt: string | string[] | number[] | number[][];
  /** The prompt before the answer. Default false. */
  echo?: boolean | null;
}

/** How probable the tokens of a text were, list by list. */
export interface TextLogprobs {
  /** Their texts; a part of a character as `bytes:\\xe2`. */
  tokens: string[];
  token_logprobs: number[];
  /** The likeliest in each one's place; null where none were asked for. */
  top_logprobs: Record<string, number>[] | null;
  /** Where each begins in `text`, in characters (code points). */
  text_offset: number[];
}

/** One continued text; of a chunk, the next piece of one. */
export interface CompletionChoice {
  text: string;
  /** From 0: those of the first prompt, then those of the second and so on. */
  index: number;
  logprobs: TextLogprobs | null;
  finish_reason: FinishReason | null;
}

/** Answer of `POST /v1/completions`. */
export interface TextCompletion extends CompletionHead, CompletionExtras {
  object: "text_completion";
  choices: CompletionChoice[];
}

/** One frame of a streamed text. */
export interface TextCompletionChunk extends CompletionHead, Partial<Omit<CompletionExtras, "usage">> {
  object: "text_completion";
  /** Empty in the frame that tells the usage. */
  choices: CompletionChoice[];
  /** Only where the client asked for it: null until it is known. */
  usage?: Usage | null;
}

/** What stands beside every answer and every chunk. */
export interface CompletionHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  /** The model as it was asked for. */
  model: string;
  system_fingerprint: string;
}

/** What LocalLab adds at the end. */
export interface CompletionExtras {
  usage: Usage;
  timings: Timings;
  /** Seed of the first answer. */
  seed: number;
  /** One sentence for everything that was shortened, ignored or emulated; left out where nothing was. */
  warnings?: string[];
}

export interface ChatCompletionAnswer {
  role: "assistant";
  content: string | null;
  /** What the model thought before it answered; left out where it did not. */
  reasoning_content?: string;
  refusal: null;
  /** Tools that the model called; left out where it called none. */
  tool_calls?: CalledTool[];
}

/** How probable the tokens of an answer were; null where that was not asked for. */
export type ChatLogprobs = { content: TokenLogprob[]; refusal: null } | null;

/** Answer of `POST /v1/chat/completions`. */
export interface ChatCompletion extends CompletionHead, CompletionExtras {
  object: "chat.completion";
  choices: { index: number; message: ChatCompletionAnswer; logprobs: ChatLogprobs; finish_reason: FinishReason }[];
}

export interface ChatCompletionDelta {
  role?: "assistant";
  content?: string;
  reasoning_content?: string;
  tool_calls?: CalledToolDelta[];
}

/** One frame of a streamed answer. */
export interface ChatCompletionChunk extends CompletionHead, Partial<Omit<CompletionExtras, "usage">> {
  object: "chat.completion.chunk";
  /** Empty in the frame that tells the usage. */
  choices: { index: number; delta: ChatCompletionDelta; logprobs: ChatLogprobs; finish_reason: FinishReason | null }[];
  /** Only where the client asked for it: null until it is known. */
  usage?: Usage | null;
}

/** A model that can be asked. */
export interface OpenaiModel {
  id: string;
  object: "model";
  /** Seconds since 1970: when this server began to know it. */
  created: number;
  owned_by: string;
}

/** Answer of `GET /v1/models`. */
export interface OpenaiModelList {
  object: "list";
  data: OpenaiModel[];
}
