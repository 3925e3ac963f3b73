import type { EngineChild } from "../../test/support/engine-child.js";
import { rawRequest } from "../../test/support/requests.js";

/** A run that takes longer than this is cut: the rate of what there is tells enough. */
const mostMs = 6000;

/** Tokens a second of one answer of at most so many tokens: those after the first, from the first to the last. */
export async function engineRate(engine: EngineChild, tokens: number): Promise<number> {
  const startedAt = performance.now();
  const run = engine.start(rawRequest("Once upon a time", { maxTokens: tokens, temperature: 0, seed: 1 }));
  const cut = setTimeout(() => engine.send({ type: "cancel", id: run.id }), mostMs);
  try {
    await engine.over(run);
  } finally {
    clearTimeout(cut);
  }
  if (run.finished === null) throw new Error(run.failed?.message ?? "The engine did not answer.");
  const { completionTokens, decodeMs } = run.finished;
  if (completionTokens >= 2 && decodeMs > 0) return ((completionTokens - 1) * 1000) / decodeMs;
  return (completionTokens * 1000) / (performance.now() - startedAt);
}

/** The same of a llama-server. */
export async function llamaServerRate(url: URL, tokens: number): Promise<number> {
  const startedAt = performance.now();
  const body = { prompt: "Once upon a time", n_predict: tokens, temperature: 0, stream: false, cache_prompt: false };
  const response = await fetch(new URL("/completion", url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`llama-server answered ${response.status}.`);
  const { timings } = (await response.json()) as { timings: { predicted_per_second?: number } };
  return timings.predicted_per_second ?? (tokens * 1000) / (performance.now() - startedAt);
}
