/**
 * A generation with every default filled in and every limit checked.
 *
 * The only form of request the engine accepts: native code sees no number that did not pass `schema/`.
 */
import type { GenerationNumbers } from "./fields.js";

/** One turn of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** The numbers are those of `engine/fields.ts`, with their ranges; the engine shortens `maxTokens` to what the context leaves. */
export interface GenerationRequest extends GenerationNumbers {
  /** Raw text to continue, or a conversation that the model's own chat template turns into text. */
  readonly input:
    | { readonly kind: "prompt"; readonly text: string }
    | { readonly kind: "chat"; readonly messages: readonly Message[] };
  /** Texts that end the answer; empty for none. */
  readonly stop: readonly string[];
  /** The same request and seed give the same answer to the last bit, whoever runs beside it, where the engine can. */
  readonly exact: boolean;
}
