import type { Aim, CancelRow, FairnessRow, HealthRow, MemoryRow, Spread } from "./bench-report.js";

/** Milliseconds an idle slot may take beyond one step. */
const cancelGraceMs = 50;
/** Milliseconds within which 99 of 100 health answers come while all slots are busy. */
const healthMs = 20;
/** Throughput with 16 streams over that with one, on the 135M shape. */
const scaling = 2.5;
/** MiB that a process may seem to grow by in 1,000 requests: peaks that are met or missed by chance make no more. */
const growthMib = 16;
/** Least share of evenness between keys, and most requests of others that a latecomer waits for. */
const leastJain = 0.95;
const mostRequests = 1;

interface Numbers {
  readonly model: string;
  readonly scaling: { readonly most: number; readonly fewest: number; readonly ours: Spread } | null;
  readonly cancel: readonly CancelRow[];
  readonly health: readonly HealthRow[];
  readonly memory: readonly MemoryRow[];
  readonly fairness: FairnessRow;
}

/** What the project wants of these numbers. */
export function aimsOf({ model, scaling: measured, cancel, health, memory, fairness }: Numbers): Aim[] {
  const aims: Aim[] = [];
  if (model === "135m" && measured?.most === 16 && measured.fewest === 1) {
    const value = measured.ours.median;
    aims.push({ what: "16 streams : 1 stream", value, aim: `at least ${scaling}`, isReached: value >= scaling });
  }
  for (const { streams, ours } of health.filter((row) => row.streams > 0)) {
    aims.push({
      what: `health p99 with ${streams} streams, ms`,
      value: ours.p99,
      aim: `at most ${healthMs}`,
      isReached: ours.p99 <= healthMs,
    });
  }
  for (const { when, ours } of cancel) {
    const limit = ours.stepMs + cancelGraceMs;
    aims.push({
      what: `slowest cancel to idle, ${when}, ms`,
      value: ours.greatest,
      aim: `at most one step + ${cancelGraceMs} = ${limit.toFixed(1)}`,
      isReached: ours.greatest <= limit,
    });
  }
  for (const row of memory) {
    const value = row.growth / 2 ** 20;
    aims.push({
      what: `growth of the ${row.process} in 1,000 requests, MiB`,
      value,
      aim: `none, to within ${growthMib}`,
      isReached: value <= growthMib,
    });
  }
  aims.push({
    what: `evenness between ${fairness.keys} greedy keys, Jain's index`,
    value: fairness.jain,
    aim: `at least ${leastJain}`,
    isReached: fairness.jain >= leastJain,
  });
  aims.push({
    what: "first token of a latecomer : one request of its peers",
    value: fairness.ratio,
    aim: `at most ${mostRequests}`,
    isReached: fairness.ratio <= mostRequests,
  });
  return aims;
}
