import { withStreams } from "./background-streams.js";
import { benchSlots } from "./bench-options.js";
import type { HealthNumbers, HealthRow } from "./bench-report.js";
import { measureHealth } from "./measure-health.js";
import type { Prompts } from "./prompts.js";
import type { Target } from "./target.js";

interface HealthsPlan {
  readonly ours: Target;
  readonly theirs: Target | null;
  readonly prompts: Prompts;
  readonly quick: boolean;
  readonly signal: AbortSignal;
}

/** Health latency of a quiet server and of one with all slots busy; of the other server too, where it has such a route. */
export async function measureHealths({ ours, theirs, prompts, quick, signal }: HealthsPlan): Promise<HealthRow[]> {
  const samples = quick ? 100 : 1000;
  const measure = async (target: Target, streams: number): Promise<HealthNumbers | null> => {
    const path = target.shape.healthPath;
    if (path === null) return null;
    return await withStreams(target, prompts, streams, () => measureHealth(target, path, samples, signal));
  };
  const rows: HealthRow[] = [];
  for (const streams of [0, benchSlots]) {
    const own = (await measure(ours, streams)) as HealthNumbers;
    const other = theirs && (await measure(theirs, streams));
    rows.push({ streams, ours: own, theirs: other, ratio: other && own.p50 / other.p50 });
  }
  return rows;
}
