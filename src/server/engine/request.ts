/**
 * A generation with every default filled in and every limit checked.
 *
 * The only form of request the engine accepts: native code sees no number that did not pass `schema/`.
 */
import type { GenerationNumbers, NumberName } from "./fields.js";

/** A tool's use, as the model asked for it. */
export interface ToolCall {
  /** Tells calls of a conversation apart; the server's own, or what a client sent back. */
  readonly id: string;
  readonly name: string;
  /** JSON of an object. */
  readonly arguments: string;
}

/** One turn of a conversation. */
export interface Message {
  /** `tool` says what came of a call. */
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  /** What the assistant thought before it said that; templates that keep thoughts put it back. */
  readonly reasoning?: string;
  /** Calls of an assistant's turn. */
  readonly toolCalls?: readonly ToolCall[];
  /** Of a tool's turn: the call that it answers, and the tool's name. */
  readonly toolCallId?: string;
  readonly toolName?: string;
}

/** What the model may call. */
export interface Tool {
  /** 1 to 64 letters, digits, `_`, `-`, `.`. */
  readonly name: string;
  readonly description?: string;
  /** JSON schema of the arguments, an object's, as the client wrote it: the template shows it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** GBNF of the arguments, whose first rule is `root`, made of `parameters` by `grammar/`. */
  readonly grammar: string;
  /** What of `parameters` the grammar does not hold, as sentences; left out where it holds all. */
  readonly unheld?: readonly string[];
}

/** `auto`: the model decides; `required`: it calls some tool; a name: it calls this one. */
export type ToolChoice = "auto" | "none" | "required" | { readonly name: string };

/**
 * What is wanted of a text by models that write none: where it lies among others (`embed`), or how well it answers a query
 * (`rank`).
 */
export type Measure =
  | {
      readonly kind: "embed";
      /** The text as tokens of the model, in the place of `input`; null: as text. */
      readonly tokens: readonly number[] | null;
      /** Length of the vector; null: the model's own. */
      readonly dimensions: number | null;
      /** What the text is for, as the model's card names it, such as "query"; null: it gets no prefix. */
      readonly inputType: string | null;
      /** Reads the beginning of a text that is too long, and says so. */
      readonly truncates: boolean;
    }
  | { readonly kind: "rank"; readonly query: string; readonly truncates: boolean };

/** The numbers are those of `engine/fields.ts`, with their ranges; the engine shortens `maxTokens` to what the context leaves. */
export interface GenerationRequest extends GenerationNumbers {
  /** Raw text to continue, or a conversation that the model's own chat template turns into text. */
  readonly input:
    | { readonly kind: "prompt"; readonly text: string }
    | { readonly kind: "chat"; readonly messages: readonly Message[] };
  /** What a model for embeddings or a reranker is to make of a raw text; undefined: a text that follows. */
  readonly measure?: Measure | undefined;
  /**
   * Numbers that the caller left open: where the model's file says how its maker would have tokens chosen, that counts more
   * than what stands here. Default none.
   */
  readonly open?: readonly NumberName[] | undefined;
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
  /** What the model may call; only in conversations. */
  readonly tools?: readonly Tool[] | undefined;
  /** Default `auto`. Means nothing without `tools`. */
  readonly toolChoice?: ToolChoice | undefined;
  /** False: one call at most. Default true. */
  readonly parallelToolCalls?: boolean | undefined;
  /** The model never ends its answer by itself. Default false. */
  readonly ignoreEos?: boolean | undefined;
  /** GBNF that the answer obeys, which passed the gate in front of engines. Thoughts are free of it. */
  readonly grammar?: string | undefined;
  /** Added to the logits of tokens, by their ids, -100 to 100: -100 never, 100 always. */
  readonly logitBias?: readonly (readonly [token: number, bias: number])[] | undefined;
  /** How many of the likeliest tokens are told for each token of the answer, 0 to 20; undefined: no probabilities. */
  readonly logprobs?: number | undefined;
}
