/** Who descends from a process: from /proc where there is one, else from `ps`. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface TreeProcess {
  readonly pid: number;
  readonly parent: number;
  /** The process group it is in. */
  readonly group: number;
  /** As `ps` tells it: R, S, T for stopped, Z for ended and not yet noticed. */
  readonly state: string;
  readonly command: string;
}

/** All that descend from `pid`, itself not counted, nor any that ended and only wait for their parent to notice. */
export function descendantsOf(pid: number, all: readonly TreeProcess[] = processes()): TreeProcess[] {
  const ours = new Set([pid]);
  let size = 0;
  while (size !== ours.size) {
    size = ours.size;
    for (const one of all) if (ours.has(one.parent)) ours.add(one.pid);
  }
  return all.filter((one) => one.pid !== pid && ours.has(one.pid) && !one.state.startsWith("Z"));
}

export function processes(): TreeProcess[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

function fromProc(): TreeProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const pid = Number(name);
      // pid (comm) state ppid pgrp …; comm may hold blanks and parentheses
      const [state, parent, group] = readProc(pid, "stat")
        .replace(/^.*\) /s, "")
        .split(" ");
      if (!state || parent === undefined) return [];
      const command = readProc(pid, "cmdline").replaceAll("\0", " ").trim();
      return [{ pid, parent: Number(parent), group: Number(group), state, command }];
    });
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // ended since it was listed
    return "";
  }
}

function fromPs(): TreeProcess[] {
  return execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,stat=,command="], { encoding: "utf8" })
    .split("\n")
    .flatMap((row) => {
      const [, pid, parent, group, state = "", command = ""] =
        /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row) ?? [];
      return pid === undefined
        ? []
        : [{ pid: Number(pid), parent: Number(parent), group: Number(group), state, command }];
    });
}
