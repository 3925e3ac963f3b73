import { setTimeout as pause } from "node:timers/promises";
import type { HealthNumbers } from "./bench-report.js";
import { percentile } from "./percentile.js";
import type { Target } from "./target.js";

/** Milliseconds between two questions. They are asked on time, answered or not, so that a slow answer hides none. */
const intervalMs = 10;

/** Asks for the health `samples` times. */
export async function measureHealth(
  target: Target,
  path: string,
  samples: number,
  signal: AbortSignal,
): Promise<HealthNumbers> {
  const ask = async (): Promise<number> => {
    const askedAt = performance.now();
    await target.get(path);
    return performance.now() - askedAt;
  };
  // the first ones open connections
  await Promise.all([ask(), ask(), ask(), ask()]);
  const answers: Promise<number>[] = [];
  for (let number = 0; number < samples; number++) {
    const answer = ask();
    // it is awaited below; a failure before that must not end the process
    answer.catch(() => {});
    answers.push(answer);
    await pause(intervalMs, undefined, { signal });
  }
  const latencies = await Promise.all(answers);
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    greatest: Math.max(...latencies),
    n: latencies.length,
  };
}
