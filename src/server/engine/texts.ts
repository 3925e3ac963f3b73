/** What can be asked of a model's template and vocabulary: cheap questions that need no slot. */
import type { GenerationRequest, Message, Tool } from "./request.js";

/** A conversation as the model reads it. */
export interface TemplatedPrompt {
  readonly prompt: string;
  readonly tokens: readonly TokenPiece[];
}

export interface TokenizeOptions {
  readonly content: string;
  /** With the token that begins every text, where the model has one. */
  readonly addSpecial: boolean;
  /** Control tokens that the text spells out are read as such. */
  readonly parseSpecial: boolean;
}

/** A token as it is written. */
export interface TokenPiece {
  readonly id: number;
  /** Its text, or its bytes where they are a part of a character only. */
  readonly piece: string | readonly number[];
  /** True for what is no word: what begins and ends turns, and tags. */
  readonly isSpecial: boolean;
}

/** Every call refuses with `invalid_request` what cannot be read, and within 10 s where the engine does not answer. */
export interface Texts {
  /** The prompt of a conversation, whether or not the context holds it. */
  template(
    messages: readonly Message[],
    kwargs?: GenerationRequest["templateKwargs"],
    tools?: readonly Omit<Tool, "grammar">[],
  ): Promise<TemplatedPrompt>;
  tokenize(options: TokenizeOptions): Promise<readonly TokenPiece[]>;
  /** The text of tokens, control tokens spelled out. Refuses ids that are none of the vocabulary. */
  detokenize(tokens: readonly number[]): Promise<string>;
}
