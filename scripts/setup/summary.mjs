/** How a run of checks and tests ends on the screen. */

/** @typedef {import("./steps.mjs").StepResult} StepResult */
/** @typedef {import("./run-mocha.mjs").TestNumbers} TestNumbers */

/**
 * Prints the summary, last line "N passed, N failed", and sets the exit code. A step that failed for another reason
 * than failed tests counts as one failure.
 *
 * @param {readonly StepResult[]} results
 * @param {TestNumbers | undefined} numbers
 */
export function finish(results, numbers = { passed: 0, failed: 0, skipped: 0 }) {
  console.log("\nsummary");
  for (const { name, ok, summary, seconds } of results) {
    console.log(
      `  ${ok ? "ok  " : "FAIL"} ${name.padEnd(13)} ${seconds.toFixed(1).padStart(6)} s  ${summary.split("\n")[0]}`,
    );
  }
  const others = results.filter(({ name, ok }) => !ok && !(name === "tests" && numbers.failed > 0)).length;
  const failed = numbers.failed + others;
  if (numbers.skipped > 0) console.log(`${numbers.skipped} tests skipped`);
  console.log(`${numbers.passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
