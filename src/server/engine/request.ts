/**
 * A generation with every default filled in and every limit checked.
 *
 * The only form of request the engine accepts: native code sees no number that did not pass `schema/`.
 */

/** One turn of a conversation. */
export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface GenerationRequest {
  /** Raw text to continue, or a conversation that the model's own chat template turns into text. */
  readonly input:
    | { readonly kind: "prompt"; readonly text: string }
    | { readonly kind: "chat"; readonly messages: readonly Message[] };
  /** Most new tokens, at least 1. The engine shortens it to what the context leaves. */
  readonly maxTokens: number;
  /** 0 (greedy) to 2. */
  readonly temperature: number;
  /** 0 to 1. */
  readonly topP: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** 1 is off. */
  readonly repetitionPenalty: number;
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  /** Texts that end the answer; empty for none. */
  readonly stop: readonly string[];
  /** Milliseconds the request may take, waiting included. */
  readonly maxTimeMs: number;
}
