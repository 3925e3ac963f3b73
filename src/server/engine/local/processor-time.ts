/** What a process has computed so far, where Linux tells. */
import { readFileSync } from "node:fs";

/** Clock ticks of processor time of all its threads; null where /proc does not tell. */
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
  return Number.isFinite(used) ? used : null;
}
