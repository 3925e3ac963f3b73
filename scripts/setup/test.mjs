/** What `npm test` does. */
import { ensureBuild } from "./build.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureJupyter } from "./jupyter.mjs";
import { mustRun } from "./run-command.mjs";
import { runTests } from "./run-tests.mjs";
import { skipNotice, skippedParts } from "./skip.mjs";
import { runStep } from "./steps.mjs";

/** @typedef {import("./steps.mjs").StepResult} StepResult */
/** @typedef {{ passed: number, failed: number, skipped: number }} TestNumbers */

/** Runs every step, the later ones also when an earlier one failed, and sets the exit code. */
export async function test() {
  const dependencies = await runStep("dependencies", async (log) => {
    const { installed, packages } = await ensureDependencies({ log });
    return `${packages} packages ${installed ? "installed" : "up to date"}`;
  });
  if (!dependencies.ok) return finish([dependencies], undefined);
  /** @type {TestNumbers | undefined} */
  let numbers;
  const results = [
    dependencies,
    await runStep("jupyter", unlessSkipped("jupyter", jupyter)),
    await runStep("chromium", unlessSkipped("browser", chromium)),
    await runStep("build", async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date")),
    await runStep("types", check("no error", "typescript/bin/tsc", "--noEmit")),
    await runStep("lint", check("nothing to mend", "@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".")),
    await runStep("dead code", check("none", "knip/bin/knip.js", "--no-progress")),
    await runStep(
      "tests",
      async (log) => {
        const run = await runTests({ log });
        numbers = run.numbers;
        if (run.problem !== undefined) throw new Error(run.problem);
        return `${run.numbers.passed} passed`;
      },
      { heartbeat: false },
    ),
  ];
  finish(results, numbers);
}

/** @param {(line: string) => void} log */
async function jupyter(log) {
  const { python, source } = await ensureJupyter({ log, frontEnd: true });
  // the tests start their kernels with it
  process.env.LOCALLAB_TEST_PYTHON = python;
  return `${python} (${source})`;
}

/** @param {(line: string) => void} log */
async function chromium(log) {
  const { path, version, source } = await ensureChromium({ log });
  return `${path} ${version} (${source})`;
}

/**
 * @param {import("./skip.mjs").Part} part
 * @param {(log: (line: string) => void) => Promise<string>} work
 * @returns {(log: (line: string) => void) => Promise<string>}
 */
function unlessSkipped(part, work) {
  return async (log) => (skippedParts().has(part) ? skipNotice(part) : work(log));
}

/**
 * A step that runs a tool from node_modules and shows what it says only when it finds something.
 *
 * @param {string} summary
 * @param {string} tool
 * @param {...string} args
 */
function check(summary, tool, ...args) {
  return async () => {
    await mustRun(process.execPath, [`node_modules/${tool}`, ...args]);
    return summary;
  };
}

/**
 * Prints the summary. A step that failed for another reason than failed tests counts as one failure.
 *
 * @param {readonly StepResult[]} results
 * @param {TestNumbers | undefined} numbers
 */
function finish(results, numbers = { passed: 0, failed: 0, skipped: 0 }) {
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
