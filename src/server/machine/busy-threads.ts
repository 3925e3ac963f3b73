/**
 * How many threads of other programs want a core at this moment. Built-ins only: engine processes and the doctor ask it.
 *
 * Linux counts them; elsewhere, and where Linux does not tell the truth, the processors' times of the last second do.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { cpus } from "node:os";

export interface BusyThreads {
  /** Threads of others that run or wait for a core now, the asking one left out; null where that cannot be known. */
  others(): number | null;
  /** Gives back what it holds; it knows nothing afterwards. */
  close(): void;
}

/** Bytes of /proc/loadavg at most: "0.97 1.11 2.03 2/163 4711". */
const loadBytes = 128;

/** Milliseconds over which processor times are compared: they count in hundredths of a second. */
const spanMs = 1000;

/** To be closed. `loadFile` and `mountsFile` are other files in tests. */
export function openBusyThreads(
  loadFile: string = "/proc/loadavg",
  mountsFile: string = "/proc/self/mounts",
): BusyThreads {
  const mounts = textOf(mountsFile);
  // lxcfs shows the container's processors beside the whole machine's threads
  if (mounts !== undefined && /^lxcfs \/proc\//m.test(mounts)) return unknown;
  let file: number;
  try {
    file = openSync(loadFile, "r");
  } catch {
    // no such file on this platform
    return process.platform === "linux" ? unknown : byProcessorTimes();
  }
  return byRunnableCount(file);
}

const unknown: BusyThreads = { others: () => null, close: () => {} };

/** The kernel's own count, made anew by each reading: 6 microseconds. */
function byRunnableCount(file: number): BusyThreads {
  const text = Buffer.alloc(loadBytes);
  let isOpen = true;
  return {
    others: () => {
      if (!isOpen) return null;
      const length = readSync(file, text, 0, loadBytes, 0);
      const running = Number(/ (\d+)\/\d+ /.exec(text.toString("latin1", 0, length))?.[1]);
      // gVisor answers 0, although the asking thread runs
      return running >= 1 ? running - 1 : null;
    },
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

/** What all processors did within a second, less what this process did. A program that is held up counts as well. */
function byProcessorTimes(): BusyThreads {
  let last = { at: performance.now(), busyMs: busyMs(), ownMs: ownMs() };
  let others: number | null = null;
  return {
    others: () => {
      const at = performance.now();
      if (at - last.at < spanMs) return others;
      const next = { at, busyMs: busyMs(), ownMs: ownMs() };
      const busy = next.busyMs - last.busyMs - (next.ownMs - last.ownMs);
      others = Math.max(0, Math.round(busy / (at - last.at)));
      last = next;
      return others;
    },
    close: () => {},
  };
}

const busyMs = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);

function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // another system
    return undefined;
  }
}
