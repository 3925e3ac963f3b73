/** How much of what a sequence holds a prompt can build on. */
import type { Token } from "node-llama-cpp";
import type { NativeContext } from "./native-context.js";

/** What a sequence holds. */
export interface HeldTokens {
  readonly tokens: Token[];
  /** How many of the first of them were read in whole pieces of a prompt: what a request for exactness may build on. */
  wholeTokens: number;
}

/** Makes the list hold these tokens and no others, however many they are. */
export function replaceTokens(list: Token[], tokens: readonly Token[]): void {
  list.length = 0;
  for (const token of tokens) list.push(token);
}

/** How many tokens two lists begin with in common. */
export function commonPrefix(one: readonly Token[], other: readonly Token[]): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

/**
 * Tokens of a slot that a prompt builds on. The prompt's last token is always read again: its outcome is what the first new
 * token comes from.
 *
 * `pieceTokens`: null for every token in common. Given, only pieces of that length count that were read whole, since the
 * bits of a position depend on the piece that it was read with.
 */
export function reusable(
  slot: { readonly tokens: readonly Token[]; readonly wholeTokens: number },
  prompt: readonly Token[],
  pieceTokens: number | null,
): number {
  const common = Math.min(commonPrefix(slot.tokens, prompt), prompt.length - 1);
  if (pieceTokens === null) return common;
  const whole = Math.min(common, slot.wholeTokens);
  return whole - (whole % pieceTokens);
}

/**
 * Makes a slot hold its first `kept` tokens only, or nothing where the model cannot go back. To be called between two
 * steps. Returns how many it holds. With 0 it is empty whatever it held, also after a step that failed.
 */
export function keepFirst(
  context: NativeContext,
  slot: HeldTokens & { readonly id: number },
  kept: number,
  pieceTokens: number,
): number {
  if (kept > 0 && kept === slot.tokens.length) return kept;
  // a recurrent model holds its last position only, a sliding window its last ones: neither goes back
  const canGoBack = kept > 0 && context.minPosition(slot.id) === 0 && context.removeFrom(slot.id, kept);
  const left = canGoBack ? kept : 0;
  if (!canGoBack && !context.removeFrom(slot.id, 0)) throw new Error(`Sequence ${slot.id} could not be emptied.`);
  slot.tokens.length = left;
  slot.wholeTokens = Math.min(slot.wholeTokens, left - (left % pieceTokens));
  return left;
}
