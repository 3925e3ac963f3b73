/** Which token follows, by the sample model's theory and llama.cpp's formulas of every option, written apart from the engine. */
import type { SampleModelId } from "../../src/server/models/sample/sample-corpora.js";
import { nextTokenLogits } from "../../src/server/models/sample/sample-language.js";

export interface TheoryOptions {
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly xtcProbability?: number;
  readonly xtcThreshold?: number;
  readonly repetitionPenalty?: number;
  readonly repeatLastN?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly dryMultiplier?: number;
  readonly dryBase?: number;
  readonly dryAllowedLength?: number;
  readonly logitBias?: readonly (readonly [number, number])[];
  /** Tokens that may not come. */
  readonly banned?: readonly number[];
  /** A sequence ends at one of these, for DRY. */
  readonly breakers?: ReadonlySet<number>;
}

/** Natural logarithms of the probabilities of all tokens before any option. */
export function rawLogprobs(id: SampleModelId, context: readonly number[]): Float64Array {
  const scores = nextTokenLogits(id, context);
  const highest = Math.max(...scores);
  const total = highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
  return scores.map((score) => score - total);
}

/** Probabilities of all tokens after prompt and answer. Sources: llama.cpp `llama-sampler.cpp`, the `_apply` of each. */
export function theory(
  id: SampleModelId,
  prompt: readonly number[],
  answer: readonly number[],
  options: TheoryOptions,
): Float64Array {
  const scores = scored(id, prompt, answer, options);
  const { temperature = 1, topK = 0, topP = 1, minP = 0, xtcProbability = 0, xtcThreshold = 0.1 } = options;
  let kept = [...scores.keys()]
    .filter((token) => scores[token] !== Number.NEGATIVE_INFINITY)
    .sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0));
  if (topK > 0) kept = kept.slice(0, topK);
  let sum = 0;
  const shares = sharesOf(kept.map((token) => scores[token] ?? 0));
  const nucleus = shares.findIndex((share) => {
    sum += share;
    return sum >= topP;
  });
  if (topP < 1) kept = kept.slice(0, nucleus + 1);
  kept = kept.filter((_, place) => (shares[place] ?? 0) >= minP * (shares[0] ?? 0));
  const likely = sharesOf(kept.map((token) => scores[token] ?? 0)).filter((share) => share >= xtcThreshold).length;
  const without = likely >= 2 && xtcThreshold <= 0.5 ? kept.slice(likely - 1) : kept;
  const mixed = new Float64Array(scores.length);
  for (const [tokens, share] of [
    [kept, 1 - xtcProbability],
    [without, xtcProbability],
  ] as const) {
    sharesOf(tokens.map((token) => (scores[token] ?? 0) / temperature)).forEach((one, place) => {
      mixed[tokens[place] ?? 0] = (mixed[tokens[place] ?? 0] ?? 0) + share * one;
    });
  }
  return mixed;
}

function scored(id: SampleModelId, prompt: readonly number[], answer: readonly number[], options: TheoryOptions) {
  const { repetitionPenalty = 1, repeatLastN = 64, presencePenalty = 0, frequencyPenalty = 0 } = options;
  const context = [...prompt, ...answer];
  const scores = nextTokenLogits(id, context);
  const change = (token: number, by: (score: number) => number): void => {
    scores[token] = by(scores[token] ?? 0);
  };
  for (const [token, bias] of options.logitBias ?? []) {
    change(token, (score) => (bias === -100 ? Number.NEGATIVE_INFINITY : bias === 100 ? score + 1e6 : score + bias));
  }
  for (const token of options.banned ?? []) scores[token] = Number.NEGATIVE_INFINITY;
  for (const token of new Set(repeatLastN < 0 ? context : context.slice(context.length - repeatLastN))) {
    change(token, (score) => (score > 0 ? score / repetitionPenalty : score * repetitionPenalty));
  }
  for (const token of new Set(answer)) {
    const count = answer.filter((one) => one === token).length;
    change(token, (score) => score - presencePenalty - count * frequencyPenalty);
  }
  for (const [token, length] of repeats(context, options.breakers ?? new Set())) {
    const { dryMultiplier = 0, dryBase = 1.75, dryAllowedLength = 2 } = options;
    if (length < dryAllowedLength || options.breakers?.has(token)) continue;
    change(token, (score) => score - dryMultiplier * dryBase ** (length - dryAllowedLength));
  }
  return scores;
}

/** For each token: how long the end of the context is, at most, that it followed before. By trying all places. */
function repeats(context: readonly number[], breakers: ReadonlySet<number>): Map<number, number> {
  const longest = new Map<number, number>();
  for (let at = 0; at < context.length - 1; at += 1) {
    let length = 0;
    while (length <= at) {
      const mine = context[context.length - 1 - length];
      if (mine === undefined || breakers.has(mine) || context[at - length] !== mine) break;
      length += 1;
    }
    const next = context[at + 1] ?? 0;
    if (length > 0) longest.set(next, Math.max(length, longest.get(next) ?? 0));
  }
  return longest;
}

function sharesOf(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Standard deviations that a chi-square of counted draws lies above what chance makes it; 4.75 is a chance of one in a
 * million. Infinity where something came that cannot. Source: Wilson and Hilferty 1931, the cube root of chi-square.
 */
export function surprise(counts: ReadonlyMap<number, number>, expectedShares: Float64Array): number {
  const draws = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rare = { expected: 0, seen: 0 };
  const cells: { expected: number; seen: number }[] = [];
  expectedShares.forEach((share, token) => {
    const seen = counts.get(token) ?? 0;
    if (share * draws >= 5) cells.push({ expected: share * draws, seen });
    else {
      rare.expected += share * draws;
      rare.seen += seen;
    }
  });
  if (rare.seen > 0 && rare.expected < 1e-9) return Number.POSITIVE_INFINITY;
  if (rare.expected > 0.5) cells.push(rare);
  const degrees = cells.length - 1;
  if (degrees < 1) return 0;
  const square = cells.reduce((sum, { expected, seen }) => sum + (seen - expected) ** 2 / expected, 0);
  const spread = 2 / (9 * degrees);
  return (Math.cbrt(square / degrees) - (1 - spread)) / Math.sqrt(spread);
}
