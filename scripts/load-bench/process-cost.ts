import { readFileSync } from "node:fs";

/** What a process has cost so far. */
export interface ProcessCost {
  /** Seconds of processor time of all its threads. */
  readonly cpuSeconds: number;
  /** Memory of its own, without files that are mapped. */
  readonly ownBytes: number;
}

/** Clock ticks a second. Source: proc(5), USER_HZ. */
const ticksPerSecond = 100;

/** Of a process that runs, on Linux. */
export function processCost(pid: number): ProcessCost {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // the second field is a name in brackets that may contain anything; utime and stime are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const kibibytes = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    ownBytes: Number(kibibytes) * 1024,
  };
}
