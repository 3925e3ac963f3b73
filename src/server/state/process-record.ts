/**
 * The processes that a server has started, on disk, so that the next server of the name can end what a killed one left.
 *
 * Engines and the tunnel's agent end by themselves when their server is gone; one that hangs does not.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, readPrivateFile, writePrivateFile } from "./private-folder.js";
import { isSameProcess, processIdentity } from "./process-identity.js";

interface RecordedProcess {
  readonly pid: number;
  /** See `processIdentity`. */
  readonly processStart: string;
}

/** Milliseconds that killed processes get to be gone; freeing a model's memory takes most of them. */
const usualPatienceMs = 2000;
const pollMs = 5;
const asleep = new Int32Array(new SharedArrayBuffer(4));

export class ProcessRecord {
  readonly #runtimeDir: string;
  readonly #name: string;
  #processes: RecordedProcess[] = [];

  constructor(runtimeDir: string, name: string) {
    this.#runtimeDir = runtimeDir;
    this.#name = name;
  }

  /** Notes a child of this process; those that have ended are forgotten. Throws when the file cannot be written. */
  add(pid: number): void {
    const processStart = processIdentity(pid);
    if (processStart === null) return;
    const isNoted = this.#processes.some((one) => one.pid === pid && one.processStart === processStart);
    if (isNoted) return;
    this.#processes = [...this.#processes.filter(mayLive), { pid, processStart }];
    this.write();
  }

  /** Writes the file, again where it was removed. */
  write(): void {
    if (this.#processes.length === 0) return;
    makePrivateFolder(this.#runtimeDir);
    writePrivateFile(recordPath(this.#runtimeDir, this.#name), `${JSON.stringify(this.#processes)}\n`);
  }

  /** Ends by force what still runs. Returns the process numbers. */
  end(): number[] {
    return endAll(this.#processes);
  }

  /**
   * Ends by force what still runs and waits, without the event loop, up to `patienceMs` until the system has taken it
   * away: for a process that is exiting itself.
   */
  endNow(patienceMs: number = usualPatienceMs): void {
    this.end();
    const until = performance.now() + patienceMs;
    while (this.#processes.some(mayLive) && performance.now() < until) Atomics.wait(asleep, 0, 0, pollMs);
  }

  /** Removes the file once nothing that it names runs any more. */
  close(): void {
    if (!this.#processes.some(mayLive)) rmSync(recordPath(this.#runtimeDir, this.#name), { force: true });
  }
}

/**
 * Ends by force what the last server of this name has left running, a stopped process as well. Returns the process
 * numbers. A number that is another process' by now is left alone. Only the holder of the name may call it.
 */
export function endLeftProcesses(runtimeDir: string, name: string): number[] {
  const path = recordPath(runtimeDir, name);
  const ended = endAll(parse(readPrivateFile(path)));
  rmSync(path, { force: true });
  return ended;
}

function recordPath(runtimeDir: string, name: string): string {
  return join(runtimeDir, `${name}.processes.json`);
}

function endAll(processes: readonly RecordedProcess[]): number[] {
  return processes
    .filter((one) => isAlive(one))
    .filter(({ pid }) => signal(pid, "SIGKILL"))
    .map(({ pid }) => pid);
}

function isAlive({ pid, processStart }: RecordedProcess, orUnknown: boolean = false): boolean {
  try {
    return isSameProcess(pid, processStart);
  } catch {
    // no descriptor left to look with: nobody is ended on a guess, and nobody forgotten
    return orUnknown;
  }
}

const mayLive = (one: RecordedProcess): boolean => isAlive(one, true);

/** A stopped process dies of SIGKILL without being continued first. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // it has ended meanwhile
    return false;
  }
}

function parse(text: string | null): RecordedProcess[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list)
      ? (list as RecordedProcess[]).filter((one) => typeof one === "object" && one !== null)
      : [];
  } catch {
    // not ours
    return [];
  }
}
