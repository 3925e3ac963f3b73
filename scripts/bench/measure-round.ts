import { measureStream, type StreamTimes } from "./measure-stream.js";
import type { Prompts } from "./prompts.js";
import type { Target } from "./target.js";

/** Words of a prompt; about as many tokens with the random-weight models. */
export const promptWords = 16;

/** One server with one number of streams in one round. */
export interface Round {
  readonly streams: readonly StreamTimes[];
  /** From the first request sent to the last answer ended. */
  readonly wallMs: number;
  readonly tokensPerSecond: number;
  /** Requests that ended before they had all their tokens. */
  readonly endedEarly: number;
}

/** Starts that many streams at once and waits for all of them. */
export async function measureRound(target: Target, prompts: Prompts, streams: number, tokens: number): Promise<Round> {
  const asked = Array.from({ length: streams }, () => prompts.next(promptWords));
  const startedAt = performance.now();
  const answers = await Promise.all(asked.map((prompt) => measureStream(target, prompt, tokens)));
  const wallMs = performance.now() - startedAt;
  const made = answers.map(({ usage }) => usage.completionTokens);
  return {
    streams: answers,
    wallMs,
    tokensPerSecond: (made.reduce((sum, count) => sum + count, 0) / wallMs) * 1000,
    endedEarly: made.filter((count) => count < tokens).length,
  };
}
