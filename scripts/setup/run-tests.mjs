/** The tests in batches: what has no timing in two processes at once, then the rest alone; coverage over all. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { reportCoverage } from "./coverage.mjs";
import { inProject } from "./project.mjs";
import { runMocha } from "./run-mocha.mjs";
import { batchesOf } from "./test-groups.mjs";

/** @typedef {import("./run-mocha.mjs").TestNumbers} TestNumbers */
/** @typedef {import("./run-mocha.mjs").MochaRun} MochaRun */
/** @typedef {import("./test-groups.mjs").Batch} Batch */

/** What each file took the last time, in seconds. Git ignores it. */
const secondsFile = inProject(".locallab/test-seconds.json");
/** Tests that are named as the slowest. */
const slowestShown = 10;

/**
 * Runs the tests of `npm test` (default) or of `npm run test:real`. `problem` says why the run is not good.
 *
 * @param {{ log: (line: string) => void, layer?: "all" | "real" }} options
 * @returns {Promise<{ numbers: TestNumbers, problem: string | undefined }>}
 */
export async function runTests({ log, layer = "all" }) {
  const folder = mkdtempSync(join(tmpdir(), "locallab-test-numbers-"));
  const coverage = layer === "all" ? join(folder, "coverage") : undefined;
  try {
    const seconds = existsSync(secondsFile) ? JSON.parse(readFileSync(secondsFile, "utf8")) : {};
    const run = new Batches({ folder, coverage, log });
    await run.all(batchesOf(layer === "all" ? "together" : "real", seconds), 2);
    await run.all(batchesOf(layer === "all" ? "alone" : "realAlone", seconds), 1);
    noteSeconds(seconds, run.runs);
    showSlowest(run.runs, log);
    const covered = coverage === undefined || (await reportCoverage(coverage, folder));
    const problems = [...run.problems, ...(covered ? [] : ["coverage is below its gate, see above"])];
    for (const title of run.runs.flatMap(({ failures }) => failures)) log(`failed: ${title}`);
    return { numbers: run.numbers, problem: problems.length === 0 ? undefined : problems.join("; ") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Batches {
  /** @type {MochaRun[]} */
  runs = [];
  /** @type {string[]} */
  problems = [];
  #made = 0;
  #options;

  /** @param {{ folder: string, coverage: string | undefined, log: (line: string) => void }} options */
  constructor(options) {
    this.#options = options;
  }

  /** @returns {TestNumbers} */
  get numbers() {
    const sum = (/** @type {keyof TestNumbers} */ key) => this.runs.reduce((all, { numbers }) => all + numbers[key], 0);
    return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
  }

  /**
   * Runs these, so many at once: each process takes the next batch when it is free.
   *
   * @param {readonly Batch[]} batches
   * @param {number} atOnce
   */
  async all(batches, atOnce) {
    const left = [...batches];
    const lane = async () => {
      for (let batch = left.shift(); batch !== undefined; batch = left.shift()) await this.#run(batch, atOnce > 1);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  /** @param {Batch} batch @param {boolean} quiet */
  async #run({ name, files }, quiet) {
    const { folder, coverage, log } = this.#options;
    const output = join(folder, `${this.#made++}.json`);
    log(`${name}, ${files.length} files …`);
    const begin = performance.now();
    const run = await runMocha(files, { output, quiet, ...(coverage !== undefined && { coverage }) });
    if (quiet) process.stdout.write(run.screen);
    const took = ((performance.now() - begin) / 1000).toFixed(0);
    log(`${name}: ${run.problem ?? `${run.numbers.passed} passed`} (${took} s)`);
    this.runs.push(run);
    if (run.problem !== undefined) this.problems.push(`${name}: ${run.problem}`);
  }
}

/** @param {Record<string, number>} before @param {readonly MochaRun[]} runs */
function noteSeconds(before, runs) {
  const now = runs.flatMap(({ files }) => Object.entries(files).map(([file, ms]) => [file, Math.round(ms / 100) / 10]));
  mkdirSync(dirname(secondsFile), { recursive: true });
  writeFileSync(secondsFile, JSON.stringify({ ...before, ...Object.fromEntries(now) }, null, 1));
}

/** @param {readonly MochaRun[]} runs @param {(line: string) => void} log */
function showSlowest(runs, log) {
  const tests = runs.flatMap((run) => run.tests).sort((one, other) => other.ms - one.ms);
  for (const { title, ms } of tests.slice(0, slowestShown)) log(`slow: ${(ms / 1000).toFixed(1)} s  ${title}`);
}
