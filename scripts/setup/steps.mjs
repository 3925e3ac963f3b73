/** Shows what a set-up script does: one line when a step begins something long, one when it is done, with seconds. */
import { progressBar } from "./progress-bar.mjs";

/** Seconds after which a step that still runs says so, again and again. */
const heartbeatSeconds = 10;

/** @typedef {(line: string) => void} Say */
/** @typedef {{ name: string, ok: boolean, summary: string, seconds: number }} StepResult */

/**
 * Runs one step and shows it. Never rejects: an error becomes the step's summary.
 *
 * @param {string} name
 * @param {(log: Say, bar: import("./progress-bar.mjs").ProgressBar) => Promise<string>} work what it returns is shown
 *   when it is done
 * @param {{ print?: Say, heartbeat?: boolean }} [options] `heartbeat: false` for a step that shows its own progress
 * @returns {Promise<StepResult>}
 */
export async function runStep(name, work, { print = console.log, heartbeat = true } = {}) {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const label = `${name.padEnd(13)} `;
  const write = (/** @type {string} */ text) => process.stdout.write(text);
  const bar = progressBar(label, { isTerminal: process.stdout.isTTY === true, print, write });
  const say = (/** @type {string} */ line) => {
    bar.clear();
    print(`${label}${line}`);
  };
  const stillAtIt = () => heartbeat && say(`still at it after ${seconds().toFixed(0)} s`);
  const timer = setInterval(stillAtIt, heartbeatSeconds * 1000);
  try {
    const summary = await work(say, bar);
    say(`${summary} (${seconds().toFixed(1)} s)`);
    return { name, ok: true, summary, seconds: seconds() };
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error);
    say(summary);
    return { name, ok: false, summary, seconds: seconds() };
  } finally {
    clearInterval(timer);
  }
}
