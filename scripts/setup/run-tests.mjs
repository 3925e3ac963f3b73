/** Mocha under coverage, and what came out. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProject, projectFolder } from "./project.mjs";
import { spawnTied } from "./spawn-tied.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} TestNumbers */

/** Milliseconds between the last test's end and the end of the process, coverage report included. */
const endingMs = 60_000;

/**
 * Runs all tests, their output on the screen. `problem` says why the run is not good.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ numbers: TestNumbers, problem: string | undefined }>}
 */
export async function runTests({ log }) {
  const folder = mkdtempSync(join(tmpdir(), "locallab-test-numbers-"));
  const output = join(folder, "numbers.json");
  try {
    log("mocha under coverage …");
    const { code, hung } = await runMocha(output, coverageSettings(folder));
    const none = { passed: 0, failed: 0, skipped: 0 };
    if (!existsSync(output))
      return {
        numbers: none,
        problem: `The test run broke off with code ${code}; its error stands above the coverage table.`,
      };
    /** @type {TestNumbers} */
    const numbers = JSON.parse(readFileSync(output, "utf8"));
    return { numbers, problem: problemOf(numbers, code, hung) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {TestNumbers} numbers
 * @param {number | null} code
 * @param {boolean} hung
 */
function problemOf(numbers, code, hung) {
  const failed = numbers.failed > 0 ? [`${numbers.failed} of ${numbers.failed + numbers.passed} failed`] : [];
  const open = hung ? ["something the tests left open kept the process from ending"] : [];
  if (failed.length + open.length > 0) return [...failed, ...open].join("; ");
  if (numbers.passed === 0) return "There was no test to run.";
  if (code !== 0)
    return `All tests passed, but the run ended with code ${code}: coverage is below its gate, see above.`;
  return undefined;
}

/**
 * Path of .c8rc.json's copy that also leaves out the files of types alone: nothing of them ever runs.
 *
 * @param {string} folder
 */
function coverageSettings(folder) {
  const settings = JSON.parse(readFileSync(inProject(".c8rc.json"), "utf8"));
  const path = join(folder, "c8.json");
  writeFileSync(path, JSON.stringify({ ...settings, exclude: [...settings.exclude, ...typeFiles()] }));
  return path;
}

/** Sources that compile to nothing. */
function typeFiles() {
  if (!existsSync(inProject("dist"))) return [];
  return readdirSync(inProject("dist"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js") && compilesToNothing(inProject(`dist/${name}`)))
    .map((name) => `src/${name.replace(/\.js$/, ".ts")}`);
}

/** @param {string} path */
function compilesToNothing(path) {
  const code = readFileSync(path, "utf8").replaceAll(/\/\*.*?\*\//gs, "");
  return code.trim() === "export {};";
}

/**
 * @param {string} output
 * @param {string} settings
 * @returns {Promise<{ code: number | null, hung: boolean }>}
 */
function runMocha(output, settings) {
  // mocha's own program would start another process for these flags, which a hanging run outlives
  const node = [process.execPath, "--no-experimental-require-module", "--import", "tsx"];
  const mocha = [...node, inProject("node_modules/mocha/lib/cli/cli.js"), "--reporter", "./scripts/test-reporter.cjs"];
  const args = [...mocha, "--reporter-option", `output=${output}`, "test/**/*.test.ts"];
  const coverage = inProject("node_modules/c8/bin/c8.js");
  return new Promise((resolve, reject) => {
    const child = spawnTied(process.execPath, [coverage, "--config", settings, ...args], {
      cwd: projectFolder,
      stdio: ["ignore", "inherit", "inherit"],
    });
    let hung = false;
    /** @type {number | undefined} */
    let endedAt;
    const watch = setInterval(() => {
      if (!existsSync(output)) return;
      endedAt ??= Date.now();
      if (Date.now() - endedAt < endingMs) return;
      // the coverage runner hands a first SIGTERM on to mocha
      child.kill(hung ? "SIGKILL" : "SIGTERM");
      hung = true;
    }, 1000);
    child.once("error", reject);
    child.once("close", (code) => {
      clearInterval(watch);
      resolve({ code, hung });
    });
  });
}
