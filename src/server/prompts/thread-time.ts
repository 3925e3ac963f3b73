import { readFileSync } from "node:fs";

/** Since Node 22.19 and 23.9; microseconds. */
const { threadCpuUsage } = process as { threadCpuUsage?: () => { readonly user: number; readonly system: number } };

/**
 * Milliseconds of processor time that this thread has used; null where the system does not tell (Node 20 elsewhere than
 * on Linux). The process's own count has the threads that decode in it as well.
 */
export function threadTimeMs(): number | null {
  if (threadCpuUsage !== undefined) {
    const { user, system } = threadCpuUsage.call(process);
    return (user + system) / 1000;
  }
  try {
    // nanoseconds on a processor, nanoseconds waiting for one, time slices
    return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ")[0]) / 1e6;
  } catch {
    return null;
  }
}
