/** A text as a model reads it: data that `lab.template` and `lab.tokens` give. */

/** One token of a text. */
export interface Token {
  /** Its number in the model's vocabulary. */
  id: number;
  /** What it stands for. U+FFFD where it is a part of a character only. */
  text: string;
  /** true: no word but what begins and ends turns, or a tag. No text of a message becomes one. */
  special: boolean;
}

/**
 * A text as the model reads it. A cell that ends with it shows the tokens: special ones marked, the id of each under the
 * mouse.
 */
export interface TokenList {
  /** The text, the template's markup included. */
  text: string;
  tokens: Token[];
  /** The ids of `tokens`, in their order. */
  ids: number[];
}
