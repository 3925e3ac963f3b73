/** What ends `locallab serve` from outside. */
import { readFileSync } from "node:fs";
import type { RunningServer } from "../serve.js";

/** Exit codes after a second signal: 128 and its number, as shells have it. */
const forcedCodes = { SIGINT: 130, SIGTERM: 143 } as const;
/** Exit codes after a first one: Ctrl-C ends what a shell runs after it, too; whoever ends a service wants a 0. */
const calmCodes = { SIGINT: 130, SIGTERM: 0, SIGHUP: 0 } as const;
/** Milliseconds after the first signal in which another one is the same: a shell and npm send one each. */
const sameMs = 500;
/** Milliseconds this process gets to end by itself once the server has stopped. */
const lingeringMs = 3000;

/** The end that a signal brings. */
export interface Ending {
  readonly hasBegun: boolean;
  /** Exit code of this process, as far as it is known: 0 until a signal says otherwise. */
  readonly code: number;
}

/**
 * Stops the server on SIGINT, SIGTERM and, where it has a terminal that may be closed, on SIGHUP: running requests finish.
 * A second SIGINT or SIGTERM ends everything at once. However this process ends, the server's files and children go.
 *
 * To be called before the server is there: its state file says that it is while its caller has yet to hear of it. What
 * came by then stops it as soon as it listens.
 *
 * Sets the exit code of this process when it begins.
 */
export function stopOnSignals(starting: Promise<RunningServer>, isOfNotebook: boolean): Ending {
  let firstAt: number | undefined;
  let code = 0;
  let running: RunningServer | undefined;
  const whenRunning = starting.then(
    (server) => {
      running = server;
    },
    // whoever started it hears why there is none
    () => {},
  );
  const stop = (signal: keyof typeof calmCodes): void => {
    firstAt = performance.now();
    code = calmCodes[signal];
    process.exitCode = code;
    const stopped = whenRunning.then(() => running?.stop());
    void stopped.finally(() => {
      // what is still open does not keep this process
      setTimeout(() => process.exit(), lingeringMs).unref();
    });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (firstAt === undefined) stop(signal);
      else if (performance.now() - firstAt > sameMs) process.exit(forcedCodes[signal]);
    });
  }
  process.on("SIGHUP", () => {
    if (firstAt === undefined && !(isOfNotebook && isDetached())) stop("SIGHUP");
  });
  process.once("exit", () => running?.abandon());
  return {
    get hasBegun() {
      return firstAt !== undefined;
    },
    get code() {
      return code;
    },
  };
}

/** True for a process that leads a session without a terminal: it was started to stay. */
function isDetached(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // after the name: state, ppid, pgrp, session, tty_nr (proc(5))
    const [, , , session, terminal] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(session) === process.pid && terminal === "0";
  } catch {
    // no /proc: a terminal would be at one of these
    return ![process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  }
}
