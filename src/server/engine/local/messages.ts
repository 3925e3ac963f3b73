/**
 * The messages between the server and an engine process.
 *
 * Types only: both sides check nothing, because both are ours. Everything is plain JSON.
 */
import type { EngineFacts } from "../engine.js";
import type { GenerationRequest, Message, Tool } from "../request.js";
import type { FinishReason, Piece } from "../result.js";
import type { TemplatedPrompt, TokenizeOptions, TokenPiece } from "../texts.js";
import type { Wish } from "../unfit.js";

/** What an engine process needs to load a model. */
export interface EngineOptions {
  /** Absolute path of the .gguf file. */
  readonly modelPath: string;
  /** Tokens per slot; "auto" takes 4096, or less where the model or the memory has less. */
  readonly context: number | "auto";
  /** Requests decoded together, 1 to 64. */
  readonly slots: number;
  /** "auto" takes the best that is there; "off" is the CPU. */
  readonly gpu: "auto" | "off" | "cuda" | "metal" | "vulkan";
  /** Threads for decoding; at most the number of cores. */
  readonly threads: number;
  /** Most prompt tokens read in one decoding step; "auto": 128 on the CPU, 512 on a GPU. */
  readonly prefillChunk: number | "auto";
  /** A chat template in the place of the file's own. Default: that one. */
  readonly chatTemplate?: string | undefined;
  /** What the file is made for. Default "text". */
  readonly purpose?: Wish | undefined;
  /** Where conversations that leave their slots are kept; nowhere where it is left out. */
  readonly kept?: KeptOptions;
}

export interface KeptOptions {
  /** A folder for this engine alone, which no other user can read. Where it is not there nothing is kept. */
  readonly folder: string;
  /** Bytes that they may take together; "auto": an eighth of the memory that is free. */
  readonly bytes: number | "auto";
}

/** What the engine knows once the model is loaded. */
export type LoadedModel = EngineFacts;

/** Why a load failed. Only `bad-file` blames the file; `template` the chat template that was given. */
export type LoadFailure = "bad-file" | "out-of-memory" | "backend" | "template";

/** What can be asked without a slot. */
export type TextAsk =
  | {
      readonly kind: "template";
      readonly messages: readonly Message[];
      readonly kwargs: GenerationRequest["templateKwargs"];
      readonly tools?: readonly Omit<Tool, "grammar">[] | undefined;
    }
  | (TokenizeOptions & { readonly kind: "tokenize" })
  | { readonly kind: "detokenize"; readonly tokens: readonly number[] };

export type ToEngine =
  | { readonly type: "load"; readonly options: EngineOptions }
  | {
      readonly type: "generate";
      readonly id: number;
      readonly request: GenerationRequest;
      /** Whose it is: what a slot remembers is kept apart by it. */
      readonly key: string;
      /** True: after `started` nothing is computed until a `limit` message comes. */
      readonly awaitsLimit: boolean;
    }
  /** The most new tokens of a run that awaits it, or a smaller limit for one that runs. */
  | { readonly type: "limit"; readonly id: number; readonly maxTokens: number }
  | { readonly type: "cancel"; readonly id: number }
  /** Asks for an `answered` with the same id, at once. */
  | { readonly type: "ask"; readonly id: number; readonly ask: TextAsk }
  /** Use at most so many threads from the next step on: other engines decode as well. */
  | { readonly type: "threads"; readonly threads: number }
  /** Drops what is remembered of a key that opens nothing any more; null: what is kept outside the slots, of all. */
  | { readonly type: "forget"; readonly key: string | null }
  /** Asks for a `pong`: any message shows that the process is there. */
  | { readonly type: "ping" }
  /** Asks for a `memory` message. */
  | { readonly type: "memory" }
  /** End the process once what runs has been cancelled. */
  | { readonly type: "stop" };

/** The prompt was tokenized and has its slot; prefill begins. */
export interface Started {
  readonly id: number;
  readonly slot: number;
  readonly promptTokens: number;
  /** Prompt tokens already in the slot's memory. */
  readonly cachedTokens: number;
  /** The limit in force: the request's, or what the context leaves if that is less. */
  readonly maxTokens: number;
}

/** Text that became final in this step. `count` is the number of tokens produced so far. */
export interface Progress extends Piece {
  readonly id: number;
  readonly count: number;
  /** How many of these tokens belong to thoughts. Default 0. */
  readonly thoughtCount?: number;
}

export interface Finished {
  readonly id: number;
  readonly reason: FinishReason | "cancelled";
  /** The request's stop text that ended it. */
  readonly stopText?: string;
  readonly completionTokens: number;
  /** Default 0. */
  readonly reasoningTokens?: number;
  /** What was measured. */
  readonly vector?: readonly number[];
  /** Milliseconds from `Started` to the first token. */
  readonly prefillMs: number;
  /** Milliseconds from the first token to the last. */
  readonly decodeMs: number;
  /** Threads of the last step; null where there was none. */
  readonly threads?: number | null;
  /** What the reply says of how it went: why it was slow, what the model's template could not do. */
  readonly warnings?: readonly string[];
  /** Tokens that were guessed ahead, and how many of them were right. */
  readonly draftTokens?: number;
  readonly acceptedTokens?: number;
}

/** The request could not run; the engine is well. */
export interface Failed {
  readonly id: number;
  readonly code: "prompt_too_long" | "invalid_request" | "internal_error";
  readonly message: string;
  /** What of the request is to blame, where it is known. */
  readonly param?: string | undefined;
}

/** The answer to a question, or why there is none. */
export interface Answered {
  readonly type: "answered";
  readonly id: number;
  readonly answer?: TemplatedPrompt | readonly TokenPiece[] | string;
  readonly failed?: Pick<Failed, "code" | "message">;
}

/** Everything that happened in one decoding step, for all slots together, in the order of these fields. */
export interface Step {
  readonly type: "step";
  readonly started?: readonly Started[];
  /** How much of each prompt is read by now, in tokens. */
  readonly read?: readonly { readonly id: number; readonly tokens: number }[];
  readonly pieces?: readonly Progress[];
  readonly finished?: readonly Finished[];
  readonly failed?: readonly Failed[];
}

export type GenerateMessage = Extract<ToEngine, { readonly type: "generate" }>;

export type FromEngine =
  | { readonly type: "progress"; readonly fraction: number }
  | { readonly type: "pong" }
  | { readonly type: "loaded"; readonly model: LoadedModel }
  | { readonly type: "load-failed"; readonly failure: LoadFailure; readonly reason: string }
  | {
      readonly type: "memory";
      readonly residentBytes: number;
      readonly gpuBytes: number | null;
      /** Threads of the last decoding step; null before the first. */
      readonly threadsInUse: number | null;
      /** Bytes of conversations that are kept outside the slots; they are no part of the others. */
      readonly keptBytes: number;
      /** Decode calls and rows in them since the start, for tests of batching. */
      readonly decodes: number;
      readonly decodedRows: number;
    }
  | { readonly type: "log"; readonly level: "info" | "warn" | "error"; readonly message: string }
  | Answered
  | Step;
