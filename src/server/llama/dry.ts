/**
 * DRY: a token that would go on with a sequence as it went on before is pushed down, more with each token that the sequence
 * is long. Pure.
 *
 * Source: llama.cpp `llama_sampler_dry_apply`. Written here because the library's own sees the answer only and not the
 * prompt: node-llama-cpp has no way to tell it.
 */

export interface DryOptions {
  /** 0 is off. */
  readonly multiplier: number;
  readonly base: number;
  /** Sequences up to this length are no matter. */
  readonly allowedLength: number;
  /** Tokens that are looked back on; -1 for all. */
  readonly lastN: number;
}

/** A sequence ends where one of these stands. Source: llama.cpp `common_params_sampling.dry_sequence_breakers`. */
export const breakers: readonly string[] = ["\n", ":", '"', "*"];

/** Greatest logarithm of a 32-bit float. Source: llama.cpp, `FLOAT_MAX_LOG`. */
const floatMaxLog = 88.722_839_1;

/** What is taken off the scores of tokens that may follow `history`. `isBreaker`: the token's text has a breaker in it. */
export function dryPenalties<Token extends number>(
  history: readonly Token[],
  { multiplier, base, allowedLength, lastN }: DryOptions,
  isBreaker: (token: Token) => boolean,
): Map<Token, number> {
  const penalties = new Map<Token, number>();
  if (multiplier === 0 || base < 1 || lastN === 0) return penalties;
  // newest first, as the source counts
  const recent = (lastN < 0 ? history : history.slice(-lastN)).toReversed();
  if (recent.length <= allowedLength) return penalties;
  const breaker = recent.findIndex(isBreaker);
  const limit = breaker < 0 ? recent.length : breaker;
  if (limit < allowedLength) return penalties;
  const mostExponent = base > 1.000_001 ? Math.trunc(floatMaxLog / Math.log(base)) : Number.POSITIVE_INFINITY;
  const longest = longestRepeats(recent, limit, allowedLength);
  for (const [token, length] of longest) {
    if (isBreaker(token)) continue;
    penalties.set(token, multiplier * base ** Math.min(length - allowedLength, mostExponent));
  }
  return penalties;
}

/** For each token that followed the same as what the text ends with: how long that was, at most `limit`. */
function longestRepeats<Token extends number>(
  recent: readonly Token[],
  limit: number,
  least: number,
): Map<Token, number> {
  const repeats = commonBeginnings(recent);
  const longest = new Map<Token, number>();
  for (let at = 1; at < recent.length; at += 1) {
    const length = Math.min(repeats[at] as number, limit);
    const next = recent[at - 1] as Token;
    if (length >= least && length > (longest.get(next) ?? -1)) longest.set(next, length);
  }
  return longest;
}

/** For each place, how many items from there on are those at the beginning, in order: the Z function. */
function commonBeginnings(items: readonly number[]): Int32Array {
  const common = new Int32Array(items.length);
  let left = 0;
  let right = 0;
  for (let at = 1; at < items.length; at += 1) {
    let length = at < right ? Math.min(right - at, common[at - left] as number) : 0;
    while (at + length < items.length && items[length] === items[at + length]) length += 1;
    common[at] = length;
    if (at + length > right) {
      left = at;
      right = at + length;
    }
  }
  return common;
}
