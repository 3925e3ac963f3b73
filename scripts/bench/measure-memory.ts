import type { MemoryRow } from "./bench-report.js";
import { measureStream } from "./measure-stream.js";
import type { Prompts } from "./prompts.js";
import { residentBytes } from "./resident-bytes.js";
import { slope } from "./slope.js";
import type { Target } from "./target.js";

/** Samples over the whole run, besides the first. */
const samples = 40;
/** Words and tokens of a short request. */
const words = 4;
const tokens = 4;

export interface MemoryPlan {
  readonly target: Target;
  readonly prompts: Prompts;
  readonly requests: number;
  /** Requests under way at once. */
  readonly atOnce: number;
  readonly processes: readonly { readonly name: MemoryRow["process"]; readonly pid: number }[];
}

/** Asks many short things and watches what the processes hold. */
export async function measureMemory(plan: MemoryPlan): Promise<MemoryRow[]> {
  const { requests, processes } = plan;
  const readings: [requests: number, bytes: number[]][] = [];
  const read = (done: number): void => {
    readings.push([done, processes.map(({ pid }) => residentBytes(pid))]);
  };
  read(0);
  let asked = 0;
  let done = 0;
  const keepAsking = async (): Promise<void> => {
    while (asked < requests) {
      asked++;
      await measureStream(plan.target, plan.prompts.next(words), tokens);
      done++;
      if (done % Math.ceil(requests / samples) === 0) read(done);
    }
  };
  await Promise.all(Array.from({ length: plan.atOnce }, keepAsking));
  read(done);
  return processes.map(({ name }, place) => {
    const points = readings.map(([count, bytes]) => [count, bytes[place] ?? Number.NaN] as const);
    return {
      process: name,
      before: points[0]?.[1] ?? Number.NaN,
      after: points.at(-1)?.[1] ?? Number.NaN,
      // the first half holds what a process allocates once
      slope: slope(points.slice(points.length >> 1)) * 1000,
      requests,
      samples: points.length,
    };
  });
}
