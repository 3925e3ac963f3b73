/**
 * What a test run started and did not end: processes, also detached and orphaned ones, ports, and folders.
 *
 * Linux tells it in /proc; elsewhere `ps` and Node's own list of open resources do, without orphans.
 */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const markName = "LOCALLAB_TEST_RUN";
const hasProc = existsSync("/proc/self/environ");
/** The compiler behind tsx keeps one helper process, which ends with the test process. */
const ownTools = /\/esbuild\b.*--service=/;

/** Marks this process' environment, so that whatever descends from it is recognised after its parents are gone. */
export function markDescendants(): void {
  process.env[markName] = randomUUID();
}

/**
 * One line for each process and port left behind, none when all is gone. Waits up to `patienceMs` for endings under
 * way. Lines in `known` are left out.
 */
export async function leftBehind(patienceMs = 3000, known: ReadonlySet<string> = new Set()): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const left = [...leftProcesses(), ...leftPorts()].filter((line) => !known.has(line));
    if (left.length === 0 || Date.now() > deadline) return left;
    await pause(50);
  }
}

/** Processes that descend from this one, by parent or by mark. */
export function leftProcesses(): string[] {
  const all = hasProc ? processesOfProc() : processesOfPs();
  const ours = family(process.pid, all, ({ pid }) => isMarked(pid));
  return all
    .filter(({ pid, command }) => pid !== process.pid && ours.has(pid) && !ownTools.test(command))
    .map(({ pid, command }) => `process ${pid}: ${command}`);
}

/** Ids of the processes that descend from this one by parent, whatever group they are in. */
export function descendantsOf(pid: number): number[] {
  const all = hasProc ? processesOfProc() : processesOfPs();
  return [...family(pid, all)].filter((one) => one !== pid);
}

/** A process, its descendants, those that `belongs` names, and theirs. */
function family(root: number, all: readonly Process[], belongs = (_: Process): boolean => false): Set<number> {
  const found = new Set([root]);
  let size = 0;
  while (size !== found.size) {
    size = found.size;
    for (const one of all) if (found.has(one.parent) || belongs(one)) found.add(one.pid);
  }
  return found;
}

/** Folders and files of ours in `folder` that are not to be kept. Other programs may leave there what they like. */
export function leftFolders(
  folder: string | undefined,
  keep: ReadonlySet<string>,
  known: ReadonlySet<string> = new Set(),
): string[] {
  if (folder === undefined || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith("locallab") && !keep.has(join(folder, name)))
    .map((name) => `folder ${join(folder, name)}`)
    .filter((line) => !known.has(line));
}

/** Ports this process listens on. */
export function leftPorts(): string[] {
  if (!hasProc) return process.getActiveResourcesInfo().filter((resource) => resource === "TCPServerWrap");
  const inodes = new Set(readdirSync("/proc/self/fd").map(socketInode));
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .filter((table) => existsSync(table))
    .flatMap((table) => readFileSync(table, "utf8").split("\n").slice(1))
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === listening && inode !== undefined && inodes.has(inode))
    .map(([, address = ""]) => `port ${Number.parseInt(address.split(":")[1] ?? "", 16)} is listened on`);
}

/** TCP_LISTEN in the state column of /proc/net/tcp. Source: linux/include/net/tcp_states.h. */
const listening = "0A";

function socketInode(descriptor: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
  } catch {
    // closed since it was listed
    return undefined;
  }
}

function isMarked(pid: number): boolean {
  if (!hasProc || process.env[markName] === undefined) return false;
  return readProc(pid, "environ").split("\0").includes(`${markName}=${process.env[markName]}`);
}

function processesOfProc(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // pid (comm) state ppid …; comm may hold blanks and parentheses
      const [state, parent] = readProc(Number(name), "stat")
        .replace(/^.*\) /s, "")
        .split(" ");
      if (state === undefined || parent === undefined || state === "Z") return [];
      const command = readProc(Number(name), "cmdline").replaceAll("\0", " ").trim();
      return [{ pid: Number(name), parent: Number(parent), command }];
    });
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // ended since it was listed, or somebody else's
    return "";
  }
}

function processesOfPs(): Process[] {
  return execFileSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8" })
    .split("\n")
    .flatMap((row) => {
      const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
      const isThisPs = command.startsWith("ps -axo");
      return pid === undefined || parent === undefined || isThisPs
        ? []
        : [{ pid: Number(pid), parent: Number(parent), command }];
    });
}
