/** Starts programs that end when set-up itself is told to end: an npm that runs on would spoil the next attempt. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
/** @type {readonly NodeJS.Signals[]} */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * As `spawn`; the program gets the signal that ends this process.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export function spawnTied(command, args, options) {
  // listening begins first: a signal must not fall between start and listening
  if (running.size === 0) for (const signal of signals) process.on(signal, end);
  const child = spawn(command, args, options);
  running.add(child);
  const untie = () => {
    running.delete(child);
    if (running.size === 0) for (const signal of signals) process.off(signal, end);
  };
  child.once("close", untie);
  child.once("error", untie);
  return child;
}

/** @param {NodeJS.Signals} signal */
function end(signal) {
  for (const child of running) child.kill(signal);
  process.exit(128 + constants.signals[signal]);
}
