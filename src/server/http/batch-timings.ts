import type { Timings } from "../wire/generation.js";
import type { Outcome } from "./batch-outcome.js";

/**
 * Where the time of a whole batch went: prefill and decode are work added up, the rest is seen from outside, so that
 * tokens per second is the rate of all prompts together.
 */
export function batchTimings(outcomes: readonly Outcome[], totalMs: number): Timings {
  const items = outcomes.flatMap((outcome) =>
    "result" in outcome ? [{ begunMs: outcome.begunMs, ...outcome.result }] : [],
  );
  const firstTokenMs = Math.min(
    totalMs,
    ...items.map(({ begunMs, timings }) => begunMs + timings.time_to_first_token_ms),
  );
  const tokens = items.reduce((sum, { usage }) => sum + usage.completion_tokens, 0);
  const decodingMs = totalMs - firstTokenMs;
  return {
    queue_ms: Math.max(0, ...items.map(({ begunMs, timings }) => begunMs + timings.queue_ms)),
    prefill_ms: items.reduce((sum, { timings }) => sum + timings.prefill_ms, 0),
    decode_ms: items.reduce((sum, { timings }) => sum + timings.decode_ms, 0),
    time_to_first_token_ms: firstTokenMs,
    total_ms: totalMs,
    tokens_per_second: decodingMs > 0 ? (tokens * 1000) / decodingMs : 0,
  };
}
