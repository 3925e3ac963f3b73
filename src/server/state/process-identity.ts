/** Which process is meant, so that a reused process number is not taken for the old process. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { isShortage } from "../async/shortage.js";

/** Milliseconds `ps` gets to answer. */
const psTimeoutMs = 5000;

let bootId: string | undefined;

/**
 * A text that is the same for the life of the process and differs for a later one of the same number, also after the
 * machine was started again; null when none runs. A process that has ended and was not waited for is none.
 *
 * Throws what the system says when this process has no descriptor left to look: the other one may well live.
 */
export function processIdentity(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  try {
    if (process.platform !== "linux") return identityByPs(pid);
    const { state, start } = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    if (state === "Z" || state === "X" || start === undefined) return null;
    bootId ??= readBootId();
    return `${start}@${bootId}`;
  } catch (error) {
    if (isShortage(error)) throw error;
    // no such process, or a machine without /proc
    return process.platform === "linux" && !existsSync("/proc/self/stat") && isThere(pid) ? "there" : null;
  }
}

/** True while the process that had this number and identity runs. An identity that is no text is of no process. Throws as above. */
export function isSameProcess(pid: unknown, identity: unknown): boolean {
  return (
    typeof pid === "number" && typeof identity === "string" && identity !== "" && processIdentity(pid) === identity
  );
}

/** Fields of /proc/PID/stat: state is the 3rd, starttime (clock ticks after the boot) the 22nd (proc(5)). */
export function parseStat(stat: string): { readonly state: string | undefined; readonly start: string | undefined } {
  // the name, in brackets, may hold blanks and brackets
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0], start: fields[19] };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // a hardened container hides it: the start alone must do
    return "";
  }
}

function identityByPs(pid: number): string | null {
  const text = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    timeout: psTimeoutMs,
    stdio: ["ignore", "pipe", "ignore"],
    // the month's name must not depend on who asks
    env: { PATH: "/bin:/usr/bin", LC_ALL: "C", TZ: "UTC" },
  }).trim();
  const [stat = "", ...start] = text.split(/\s+/);
  return start.length === 0 || stat.startsWith("Z") ? null : start.join(" ");
}
