import { type GenerationResult, ratePerSecond, type Timings, toHundredth } from "../engine/result.js";

/** How one prompt of a batch ended. */
export type Outcome = { readonly result: GenerationResult } | { readonly error: unknown };

/**
 * Where the time of a whole batch went. Prefill and decode are work added up; the rest is seen from outside: the queue
 * time is the longest, the first token that of the batch, the rate that of all answers together, from the first token
 * of the batch to the last.
 *
 * All times of the outcomes count from the batch's arrival, in milliseconds.
 */
export function batchTimings(outcomes: readonly Outcome[], totalMs: number): Timings {
  const results = outcomes.flatMap((outcome) => ("result" in outcome ? [outcome.result] : []));
  const times = results.map(({ timings }) => timings);
  const answers = results.filter(({ usage }) => usage.completionTokens > 0);
  const firstTokenMs = Math.min(totalMs, ...answers.map(({ timings }) => timings.firstTokenMs));
  const lastTokenMs = Math.max(0, ...answers.map(({ timings }) => timings.firstTokenMs + timings.decodeMs));
  const afterFirst = sum(answers.map(({ usage }) => usage.completionTokens - 1));
  return {
    queueMs: Math.max(0, ...times.map(({ queueMs }) => queueMs)),
    prefillMs: toHundredth(sum(times.map(({ prefillMs }) => prefillMs))),
    decodeMs: toHundredth(sum(times.map(({ decodeMs }) => decodeMs))),
    firstTokenMs: toHundredth(firstTokenMs),
    totalMs: toHundredth(totalMs),
    tokensPerSecond: ratePerSecond(afterFirst, lastTokenMs - firstTokenMs),
    threads: times.at(-1)?.threads ?? null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
