import type { Token } from "node-llama-cpp";
import type { TokenChance, TokenScore } from "../engine/result.js";
import type { RowLogits } from "./native-context.js";

/**
 * How probable a token was, and the `top` likeliest in its place, out of a row's raw scores: those of the likeliest and the
 * total weight of the vocabulary beside the likeliest one.
 */
export function tokenScore(
  token: Token,
  top: number,
  { byToken, top: likeliest, totalWeight }: RowLogits,
  bytesOf: (token: Token) => Uint8Array,
): TokenScore {
  const [first] = likeliest;
  const highest = first === undefined ? undefined : byToken.get(first);
  if (highest === undefined || totalWeight <= 0) throw new Error("The model gave no scores.");
  const total = highest + Math.log(totalWeight);
  const chance = (one: Token): TokenChance => ({
    id: one,
    bytes: [...bytesOf(one)],
    // JSON has no infinity; no probability that a float holds is as small
    logprob: Math.max(leastLogprob, Math.min(0, (byToken.get(one) ?? Number.NEGATIVE_INFINITY) - total)),
  });
  return { ...chance(token), top: likeliest.slice(0, top).map(chance) };
}

/** What OpenAI's API says for a token that is as good as impossible. */
const leastLogprob = -9999;
