/** How a child is started that may not outlive this process, whatever becomes of either. */
import { spawnSync } from "node:child_process";

export interface BoundProgram {
  readonly execPath: string;
  readonly execArgv: string[];
}

/** Of util-linux, on every common distribution; other systems have nothing like it. */
const setpriv = "/usr/bin/setpriv";
const dieWithParent: readonly string[] = ["--pdeathsig", "KILL", "--"];

/** Milliseconds that the try may take. */
const tryMs = 2000;

let isPossible: boolean | undefined;

/**
 * What `fork` is given so that node runs with `execArgv`, and on Linux is killed by the kernel when this process ends.
 *
 * A child hears of our end by its channel, but not one that hangs. Elsewhere than on Linux such a child stays until it
 * wakes, or until the next server of the name ends it.
 */
export function boundProgram(execArgv: readonly string[]): BoundProgram {
  isPossible ??= tryIt();
  if (isPossible !== true) return { execPath: process.execPath, execArgv: [...execArgv] };
  return { execPath: setpriv, execArgv: [...dieWithParent, process.execPath, ...execArgv] };
}

/** Tried, not looked for: a small system's program of this name knows no such option. Undefined: not known yet. */
function tryIt(): boolean | undefined {
  if (process.platform !== "linux") return false;
  const { status, error } = spawnSync(setpriv, [...dieWithParent, "true"], { stdio: "ignore", timeout: tryMs });
  // without memory or descriptors nothing starts now, and it says nothing of later
  const isCertain = error === undefined || (error as NodeJS.ErrnoException).code === "ENOENT";
  return isCertain ? status === 0 : undefined;
}
