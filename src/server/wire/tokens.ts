/** Tokens and how probable they were, as they cross the wire. */

/** A token and how probable it was. */
export interface TokenChance {
  /** Its text; where it is a part of a character only, the bytes say more. */
  token: string;
  id: number;
  bytes: number[];
  /** Natural logarithm of its probability, before temperature, penalties and cuts; -9999 for what was impossible. */
  logprob: number;
}

/** The tokens of an answer's text, in their order: without those of thoughts, calls and stop texts. */
export interface Logprobs {
  content: TokenLogprob[];
}

/** A token of an answer, and the likeliest in its place, the likeliest first. */
export interface TokenLogprob extends TokenChance {
  top_logprobs: TokenChance[];
}
