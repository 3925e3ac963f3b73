import { readFileSync } from "node:fs";

/** Milliseconds a clock tick of /proc lasts. Source: proc(5), USER_HZ, 100 on every Linux that Node runs on. */
const tickMs = 10;

/** Milliseconds of processor time of all threads of a process; null where /proc does not tell. */
export function processorTime(pid: number): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    // no /proc on this platform, or the process is gone: its exit tells
    return null;
  }
  // the second field is a name in brackets that may contain anything; proc(5): utime and stime are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const used = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(used) ? used * tickMs : null;
}
