import type { GenerationResult } from "../engine/generation.js";

/** How one prompt ended, and when it began, in milliseconds since the batch did. */
export type Outcome =
  | { readonly result: GenerationResult; readonly begunMs: number }
  | { readonly error: unknown; readonly begunMs: number };
