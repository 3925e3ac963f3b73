/** Answers of a sample model drawn from its theory, and how the theory changes with sampling options. */
import { randomNumbers } from "../../scripts/models/random-blocks.js";
import type { SampleModelId } from "../../src/server/models/sample/sample-corpora.js";
import {
  nextTokenLogits,
  nextTokenProbabilities,
  sampleVocabulary,
} from "../../src/server/models/sample/sample-language.js";
import { penalised } from "./sample-theory.js";

export interface Sampling {
  /** Above 0. */
  readonly temperature: number;
  /** 0 (default) is off. */
  readonly topK?: number;
  /** 1 (default) is off. */
  readonly topP?: number;
  /** 0 (default) is off. */
  readonly minP?: number;
  /** 1 (default) is off. */
  readonly repetitionPenalty?: number;
}

/**
 * Probabilities of every token after a context with these options, by theory; they sum to 1.
 * The order is llama.cpp's: penalty, top-k, top-p, min-p (of the probabilities at temperature 1), then temperature.
 */
export function sampledProbabilities(id: SampleModelId, context: readonly number[], sampling: Sampling): Float64Array {
  const { temperature, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = sampling;
  const scores = penalised(nextTokenLogits(id, context), context, repetitionPenalty);
  const ranked = [...scores.keys()].sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0));
  const kept = topK === 0 ? ranked : ranked.slice(0, topK);
  const shares = normalised(kept.map((token) => scores[token] ?? 0));
  const sumTo = (place: number): number => shares.slice(0, place + 1).reduce((sum, share) => sum + share, 0);
  const nucleus = topP === 1 ? kept.length : 1 + kept.findIndex((_, place) => sumTo(place) >= topP);
  const least = minP * (shares[0] ?? 0);
  const likely = shares.slice(0, nucleus).filter((share) => share >= least).length;
  const rest = kept.slice(0, likely);
  const probabilities = new Float64Array(scores.length);
  normalised(rest.map((token) => (scores[token] ?? 0) / temperature)).forEach((share, place) => {
    probabilities[rest[place] ?? 0] = share;
  });
  return probabilities;
}

function normalised(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

export interface Walk {
  readonly text: string;
  /** Its tokens, without the one that ended it. */
  readonly tokens: readonly number[];
  readonly ended: boolean;
  /** At every step, the end included: the probabilities at temperature 1. */
  readonly steps: readonly Float64Array[];
}

/** An answer of at most `maxTokens` tokens, drawn by theory; the same seed draws the same. */
export function walk(
  id: SampleModelId,
  prompt: readonly number[],
  { seed, maxTokens, ...sampling }: Sampling & { readonly seed: number; readonly maxTokens: number },
): Walk {
  const vocabulary = sampleVocabulary(id);
  const next = randomNumbers(seed);
  const context = [...prompt];
  const steps: Float64Array[] = [];
  let ended = false;
  while (!ended && context.length < prompt.length + maxTokens) {
    steps.push(nextTokenProbabilities(id, context));
    let draw = next() / 2 ** 32;
    const token = sampledProbabilities(id, context, sampling).findIndex((share) => {
      draw -= share;
      return draw < 0;
    });
    ended = token === vocabulary.turnEnd || token === vocabulary.eos;
    if (!ended) context.push(token);
  }
  const tokens = context.slice(prompt.length);
  return { text: vocabulary.decode(tokens), tokens, ended, steps };
}

/** Bits of a distribution. */
export const entropy = (shares: Float64Array): number =>
  shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log2(share) : sum), 0);

/**
 * How far counted draws lie from what theory expects: chi-square over its degrees of freedom, 1 on the mean. Tokens
 * that are expected fewer than five times count as one.
 */
export function chiSquareRatio(counts: ReadonlyMap<number, number>, theory: Float64Array): number {
  const draws = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const rare = { expected: 0, seen: 0 };
  let sum = 0;
  let cells = 0;
  theory.forEach((share, token) => {
    const expected = share * draws;
    const seen = counts.get(token) ?? 0;
    if (expected < 5) {
      rare.expected += expected;
      rare.seen += seen;
      return;
    }
    sum += (seen - expected) ** 2 / expected;
    cells++;
  });
  if (rare.seen > 0 && rare.expected === 0) return Number.POSITIVE_INFINITY;
  if (rare.expected > 0.5) {
    sum += (rare.seen - rare.expected) ** 2 / rare.expected;
    cells++;
  }
  return cells < 2 ? 0 : sum / (cells - 1);
}
