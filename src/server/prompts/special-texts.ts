/** The vocabulary's tokens that are not words: what ends and begins turns, and tags. */

export interface SpecialToken {
  readonly id: number;
  /** As the vocabulary has it. */
  readonly text: string;
  /** True where the file says that any text may hold it (a tag, a run of blanks): it is then read in every text. */
  readonly isUserDefined: boolean;
  /** True where it ends an answer. */
  readonly isEnd: boolean;
  /** Blanks in front of it, and behind it, are dropped. */
  readonly dropsBefore: boolean;
  readonly dropsBehind: boolean;
}

/** A piece of text between special tokens, or the id of one. */
export type Fragment = string | number;

/**
 * The text cut at its special tokens as llama.cpp cuts it: the longest token first through the whole text, then the
 * next. `tokens` must be sorted so.
 */
export function cutAtTokens(text: string, tokens: readonly SpecialToken[]): Fragment[] {
  let fragments: Fragment[] = [text];
  for (const token of tokens) {
    if (!text.includes(token.text)) continue;
    fragments = fragments.flatMap((one) => (typeof one === "string" ? cutAtToken(one, token) : [one]));
  }
  return fragments.filter((one) => one !== "");
}

function cutAtToken(text: string, token: SpecialToken): Fragment[] {
  const parts = text.split(token.text);
  return parts.flatMap((part, index): Fragment[] => {
    const started = token.dropsBehind && index > 0 ? part.replace(/^[ \t\n\v\f\r]+/, "") : part;
    const isLast = index === parts.length - 1;
    if (isLast) return [started];
    return [token.dropsBefore ? started.replace(/[ \t\n\v\f\r]+$/, "") : started, token.id];
  });
}

/** In the order in which `cutAtTokens` wants them. */
export const longestFirst = (tokens: readonly SpecialToken[]): SpecialToken[] =>
  tokens.filter(({ text }) => text !== "").sort((one, other) => other.text.length - one.text.length);
