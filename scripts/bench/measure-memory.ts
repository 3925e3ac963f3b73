import { setTimeout as pause } from "node:timers/promises";
import type { MemoryRow } from "./bench-report.js";
import { measureStream } from "./measure-stream.js";
import { peakGrowth } from "./peak-growth.js";
import type { Prompts } from "./prompts.js";
import { residentBytes } from "./resident-bytes.js";
import type { Target } from "./target.js";

/** Readings besides the first: after each of so many blocks of requests, when nothing runs. */
const blocks = 20;
/** Requests before the first reading, as a share of those that are measured. */
const warmUpShare = 0.2;
/** Words and tokens of a short request. */
const words = 4;
const tokens = 4;
/** For a signal to arrive. */
const signalMs = 20;

export interface MeasuredProcess {
  readonly name: MemoryRow["process"];
  readonly pid: number;
  /** Whether it collects its garbage at SIGUSR2, as it must before a reading that leaves garbage out. */
  readonly collectsOnSignal: boolean;
}

export interface MemoryPlan {
  readonly target: Target;
  readonly prompts: Prompts;
  /** At least one for each block. */
  readonly requests: number;
  /** Requests under way at once. */
  readonly atOnce: number;
  readonly processes: readonly MeasuredProcess[];
}

/** Asks many short things and watches what the processes hold. */
export async function measureMemory(plan: MemoryPlan): Promise<MemoryRow[]> {
  // what a process allocates once
  await askMany(plan, Math.ceil(plan.requests * warmUpShare));
  const readings: [requests: number, bytes: number[]][] = [[0, await read(plan)]];
  for (let block = 1; block <= blocks; block++) {
    const until = Math.round((plan.requests * block) / blocks);
    await askMany(plan, until - (readings.at(-1)?.[0] ?? 0));
    readings.push([until, await read(plan)]);
  }
  return plan.processes.map(({ name }, place) => {
    const samples = readings.map(([count, bytes]) => [count, bytes[place] ?? Number.NaN] as const);
    return {
      process: name,
      before: samples[0]?.[1] ?? Number.NaN,
      after: samples.at(-1)?.[1] ?? Number.NaN,
      growth: peakGrowth(samples),
      requests: plan.requests,
      samples,
    };
  });
}

async function askMany({ target, prompts, atOnce }: MemoryPlan, requests: number): Promise<void> {
  let left = requests;
  const keepAsking = async (): Promise<void> => {
    while (left > 0) {
      left--;
      await measureStream(target, prompts.next(words), tokens);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, keepAsking));
}

async function read({ target, processes }: MemoryPlan): Promise<number[]> {
  for (const { pid, collectsOnSignal } of processes) if (collectsOnSignal) process.kill(pid, "SIGUSR2");
  await pause(signalMs);
  // collecting stops everything else: whoever answers has finished
  if (target.shape.healthPath !== null) await target.get(target.shape.healthPath);
  return processes.map(({ pid }) => residentBytes(pid));
}
