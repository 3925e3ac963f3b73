import { existsSync, readFileSync } from "node:fs";
import { descendantsOf } from "../../storm/process-tree.js";

/** Milliseconds of a clock tick. Source: proc(5), USER_HZ is 100 on every Linux that Node runs on. */
const tickMs = 10;

/** Processor time that a process has used so far, in steps of 10 ms; NaN where there is no /proc or no such process. */
export function cpuMs(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return Number.NaN;
  // pid (comm) state ppid …: utime and stime are the fields 14 and 15; comm may hold blanks and parentheses
  const fields = readFileSync(path, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** The same of a process and of all that descend from it now. */
export function treeCpuMs(pid: number): number {
  return descendantsOf(pid).reduce((sum, child) => {
    const used = cpuMs(child.pid);
    // ended since it was listed
    return Number.isNaN(used) ? sum : sum + used;
  }, cpuMs(pid));
}
