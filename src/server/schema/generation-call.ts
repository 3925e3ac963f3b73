/** What a route needs to know of a request for text once every field of it was checked. */
import type { GenerationRequest } from "../engine/request.js";

export interface CallOptions {
  /** undefined: the loaded one. */
  readonly modelId: string | undefined;
  readonly strict: boolean;
  /** True when the client named a length itself; the default is shortened without a word. */
  readonly lengthGiven: boolean;
  readonly warnings: readonly string[];
  /** Where the requests' grammar comes from: the field as sent, and whether it was made here of a schema. Left out without one. */
  readonly grammarFrom?: { readonly param: string; readonly isOwn: boolean };
}

export interface GenerationCall extends CallOptions {
  readonly request: GenerationRequest;
  /** Answers to make, at least 1; more than one never as a stream. */
  readonly n: number;
  readonly stream: boolean;
}

export interface BatchCall extends CallOptions {
  /** One per prompt, in their order; at least one. */
  readonly requests: readonly GenerationRequest[];
}

/** Several answers: `n` to each of one or more prompts. */
export interface ChoicesCall extends CallOptions {
  /** One per answer, those of one prompt one after the other; at least one. */
  readonly requests: readonly GenerationRequest[];
  readonly n: number;
  readonly stream: boolean;
  /** Whether a stream tells what was used: never, in a chunk of its own at the end, or in every chunk. */
  readonly streamUsage: "never" | "atEnd" | "always";
}
