/** When a process started, so that a reused process number is not taken for the old process. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A text that is the same for the life of the process and differs for a later one of the same number; null when none runs. */
export function processStart(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // fields after the name, which may hold blanks and brackets; state is the 3rd, starttime the 22nd (proc(5))
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? null : (fields[19] ?? null);
    }
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return text === "" ? null : text;
  } catch {
    // no such process
    return null;
  }
}
