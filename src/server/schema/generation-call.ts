/** What a route needs to know of a request for text once every field of it was checked. */
import type { GenerationRequest } from "../engine/request.js";

export interface CallOptions {
  /** undefined: the loaded one. */
  readonly modelId: string | undefined;
  readonly strict: boolean;
  /** True when the client named a length itself; the default is shortened without a word. */
  readonly lengthGiven: boolean;
  readonly warnings: readonly string[];
}

export interface GenerationCall extends CallOptions {
  readonly request: GenerationRequest;
  readonly stream: boolean;
}

export interface BatchCall extends CallOptions {
  /** One per prompt, in their order; at least one. */
  readonly requests: readonly GenerationRequest[];
}
