import type { GenerationResult } from "../engine/result.js";

/** How one prompt of a batch ended. */
export type Outcome = { readonly result: GenerationResult } | { readonly error: unknown };
