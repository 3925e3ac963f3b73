/**
 * The messages between the server and an engine process.
 *
 * Types only: both sides check nothing, because both are ours. Everything is plain JSON.
 */
import type { FinishReason } from "../../wire/generation.js";
import type { GenerationRequest } from "../request.js";

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
}

/** What the engine knows once the model is loaded. */
export interface LoadedModel {
  readonly context: number;
  readonly trainContext: number;
  readonly architecture: string;
  readonly parameters: number;
  readonly sizeBytes: number;
  /** "cpu", "cuda", "metal" or "vulkan". */
  readonly backend: string;
  readonly devices: readonly string[];
  /** Threads used for decoding: those of the options, or fewer for a small model. */
  readonly threads: number;
  readonly loadMs: number;
}

/** Why a load failed. Only `bad-file` blames the file. */
export type LoadFailure = "bad-file" | "out-of-memory" | "backend";

export type ToEngine =
  | { readonly type: "load"; readonly options: EngineOptions }
  | { readonly type: "generate"; readonly id: number; readonly request: GenerationRequest }
  | { readonly type: "cancel"; readonly id: number }
  /** Use at most so many threads from the next step on: other engines decode as well. */
  | { readonly type: "threads"; readonly threads: number }
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

/** Text that became final in this step. `tokens` is the running count of tokens produced so far. */
export interface Piece {
  readonly id: number;
  readonly text: string;
  readonly tokens: number;
}

export interface Finished {
  readonly id: number;
  readonly reason: FinishReason | "cancelled";
  readonly completionTokens: number;
  /** Milliseconds from `Started` to the first token. */
  readonly prefillMs: number;
  /** Milliseconds from the first token to the last. */
  readonly decodeMs: number;
}

/** The request could not run; the engine is well. */
export interface Failed {
  readonly id: number;
  readonly code: "prompt_too_long" | "invalid_request" | "internal_error";
  readonly message: string;
}

/** Everything that happened in one decoding step, for all slots together, in the order of these fields. */
export interface Step {
  readonly type: "step";
  readonly started?: readonly Started[];
  readonly pieces?: readonly Piece[];
  readonly finished?: readonly Finished[];
  readonly failed?: readonly Failed[];
}

export type FromEngine =
  | { readonly type: "progress"; readonly fraction: number }
  | { readonly type: "loaded"; readonly model: LoadedModel }
  | { readonly type: "load-failed"; readonly failure: LoadFailure; readonly reason: string }
  | {
      readonly type: "memory";
      readonly residentBytes: number;
      readonly gpuBytes: number | null;
      /** Decode calls and rows in them since the start, for tests of batching. */
      readonly decodes: number;
      readonly decodedRows: number;
    }
  | { readonly type: "log"; readonly level: "info" | "warn" | "error"; readonly message: string }
  | Step;
