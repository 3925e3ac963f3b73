/** Shows what a set-up script does: one line when a step begins something long, one when it is done, with seconds. */

/** Seconds after which a step that still runs says so, again and again. */
const heartbeatSeconds = 10;

/** @typedef {(line: string) => void} Say */
/** @typedef {{ name: string, ok: boolean, summary: string, seconds: number }} StepResult */

/**
 * Runs one step and shows it. Never rejects: an error becomes the step's summary.
 *
 * @param {string} name
 * @param {(log: Say) => Promise<string>} work what it returns is shown when it is done
 * @param {{ print?: Say, heartbeat?: boolean }} [options] `heartbeat: false` for a step that shows its own progress
 * @returns {Promise<StepResult>}
 */
export async function runStep(name, work, { print = console.log, heartbeat = true } = {}) {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const say = (/** @type {string} */ line) => print(`${name.padEnd(13)} ${line}`);
  const stillAtIt = () => heartbeat && say(`still at it after ${seconds().toFixed(0)} s`);
  const timer = setInterval(stillAtIt, heartbeatSeconds * 1000);
  try {
    const summary = await work(say);
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
