/**
 * A generation with every default filled in and every limit checked.
 *
 * The only form of request the engine accepts: native code sees no number that did not pass `schema/`.
 */
import type { ChatMessage } from "../wire/generation.js";
import type { GenerationNumbers } from "./fields.js";

/** The numbers are those of `engine/fields.ts`, with their ranges. The engine shortens `maxTokens` to what the context leaves. */
export interface GenerationRequest extends GenerationNumbers {
  /** Raw text to continue, or a conversation that the model's own chat template turns into text. */
  readonly input:
    | { readonly kind: "prompt"; readonly text: string }
    | { readonly kind: "chat"; readonly messages: readonly ChatMessage[] };
  /** Texts that end the answer; empty for none. */
  readonly stop: readonly string[];
}
