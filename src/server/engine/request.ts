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
  /** What the assistant thought before it said that; templates that keep thoughts put it back. */
  readonly reasoning?: string;
}

/** The numbers are those of `engine/fields.ts`, with their ranges; the engine shortens `maxTokens` to what the context leaves. */
export interface GenerationRequest extends GenerationNumbers {
  /** Raw text to continue, or a conversation that the model's own chat template turns into text. */
  readonly input:
    | { readonly kind: "prompt"; readonly text: string }
    | { readonly kind: "chat"; readonly messages: readonly Message[] };
  /** Where thoughts go: beside the text, or in it as the model wrote them. Continued texts have them in it. */
  readonly reasoning: "separate" | "inline";
  /** Most tokens of thoughts, from 0; null for no limit. */
  readonly reasoningBudget: number | null;
  /** Texts that end the answer; empty for none. They act on what is said, not on thoughts that stand beside it. */
  readonly stop: readonly string[];
  /** The same request and seed give the same answer to the last bit, whoever runs beside it, where the engine can. */
  readonly exact: boolean;
  /** True when the caller asked for that by its name, and not by a seed: it hears where it cannot be had. */
  readonly exactAsked?: boolean | undefined;
  /** Control tokens that a raw prompt spells out are read as such. In conversations they never are. */
  readonly parseSpecial: boolean;
  /** Further variables for the chat template, by name: checked by `schema/`, never those that the engine sets itself. */
  readonly templateKwargs?: Readonly<Record<string, unknown>> | undefined;
}
