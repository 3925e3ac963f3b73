/**
 * What presence, frequency and DRY take off the scores of tokens. Pure.
 *
 * Presence and frequency count the answer only, as OpenAI has it ("how often that token was sampled prior to the current
 * position"), and vLLM: a question that speaks of a thing does not forbid the answer to. llama.cpp counts the prompt too.
 * The repetition penalty counts both, and the sampler's own does it; it comes before these, as in llama.cpp
 * (`llama_sampler_penalties_apply`, then `llama_sampler_dry_apply`).
 */
import { type DryOptions, dryPenalties } from "./dry.js";

export interface PenaltyOptions {
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  readonly dry: DryOptions;
}

/** `history` is prompt and answer, which begins at `answerAt`. Tokens that nothing is taken off are left out. */
export function tokenPenalties<Token extends number>(
  history: readonly Token[],
  answerAt: number,
  { presencePenalty, frequencyPenalty, dry }: PenaltyOptions,
  isBreaker: (token: Token) => boolean,
): Map<Token, number> {
  const penalties = dryPenalties(history, dry, isBreaker);
  if (presencePenalty === 0 && frequencyPenalty === 0) return penalties;
  const counts = new Map<Token, number>();
  for (let at = answerAt; at < history.length; at += 1) {
    const token = history[at] as Token;
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  for (const [token, count] of counts) {
    penalties.set(token, (penalties.get(token) ?? 0) + presencePenalty + count * frequencyPenalty);
  }
  return penalties;
}

/**
 * What to add to a raw score, in front of the sampler's own repetition penalty, so that behind it `penalty` is taken off.
 *
 * `bias` is what the request adds itself, before everything else.
 */
export function biasInFront(score: number, bias: number, penalty: number, repetitionPenalty: number): number {
  const biased = score + bias;
  if (!Number.isFinite(biased)) return bias;
  const wanted = (biased > 0 ? biased / repetitionPenalty : biased * repetitionPenalty) - penalty;
  return (wanted > 0 ? wanted * repetitionPenalty : wanted / repetitionPenalty) - score;
}
