import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Resident memory of a process in bytes. Throws when there is no such process. */
export function residentBytes(pid: number): number {
  const kibibytes = existsSync("/proc/self/status")
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
    : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }).trim();
  const bytes = Number(kibibytes) * 1024;
  if (bytes > 0) return bytes;
  throw new Error(`Process ${pid} has no resident memory: it has ended.`);
}
