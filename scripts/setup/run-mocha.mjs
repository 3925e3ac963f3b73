/** One mocha process, and what came out. */
import { existsSync, readFileSync } from "node:fs";
import { inProject, projectFolder } from "./project.mjs";
import { spawnTied } from "./spawn-tied.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} TestNumbers */
/**
 * @typedef {object} MochaRun
 * @property {TestNumbers} numbers
 * @property {readonly string[]} failures titles
 * @property {Readonly<Record<string, number>>} files milliseconds by file
 * @property {readonly { title: string, ms: number }[]} tests
 * @property {string | undefined} problem why the run is not good
 * @property {string} screen what it printed; empty when it printed on our screen
 */

/** Milliseconds between the last test's end and the end of the process, by default. */
const defaultEndingMs = 30_000;
/** Most milliseconds for one process: beyond, something hangs that no test's own limit sees. */
const mostMs = 1_800_000;

/**
 * @param {readonly string[]} files
 * @param {{ output: string, coverage?: string, quiet: boolean, endingMs?: number }} options `output` is a file to be;
 *   `coverage` a folder for V8's counts, of child processes too; with `quiet` the screen's text is kept and given back;
 *   a process that has not ended `endingMs` (30000) after its last test is killed
 * @returns {Promise<MochaRun>}
 */
export async function runMocha(files, { output, coverage, quiet, endingMs = defaultEndingMs }) {
  const { code, killed, screen } = await run(files, output, { coverage, quiet, endingMs });
  const none = { numbers: { passed: 0, failed: 0, skipped: 0 }, failures: [], files: {}, tests: [] };
  /** @type {Pick<MochaRun, "numbers" | "failures" | "files" | "tests">} */
  const said = existsSync(output) ? JSON.parse(readFileSync(output, "utf8")) : none;
  const broke = existsSync(output) ? undefined : `it broke off with code ${code}`;
  return { ...said, screen, problem: killed ?? broke ?? problemOf(said.numbers, code) };
}

/** @param {TestNumbers} numbers @param {number | null} code */
function problemOf({ passed, failed, skipped }, code) {
  if (failed > 0) return `${failed} of ${failed + passed} failed`;
  if (passed + skipped === 0) return "it found no test";
  return code === 0 ? undefined : `all passed, but it ended with code ${code}`;
}

/**
 * @param {readonly string[]} files
 * @param {string} output
 * @param {{ coverage: string | undefined, quiet: boolean, endingMs: number }} options
 * @returns {Promise<{ code: number | null, killed: string | undefined, screen: string }>}
 */
function run(files, output, { coverage, quiet, endingMs }) {
  // mocha's own program would start another process for these flags, which a hanging run outlives
  const node = ["--no-experimental-require-module", "--import", "tsx"];
  const reporter = ["--reporter", "./scripts/test-reporter.cjs", "--reporter-option", `output=${output}`];
  const mocha = [...node, inProject("node_modules/mocha/lib/cli/cli.js"), ...reporter, ...files];
  return new Promise((resolve, reject) => {
    const child = spawnTied(process.execPath, mocha, {
      cwd: projectFolder,
      env: { ...process.env, ...(coverage !== undefined && { NODE_V8_COVERAGE: coverage }) },
      stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    });
    let screen = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        screen += text;
      });
    }
    /** @type {string | undefined} */
    let killed;
    const end = (/** @type {string} */ why) => {
      killed ??= why;
      child.kill("SIGKILL");
    };
    const whole = setTimeout(() => end(`it did not end within ${mostMs / 60_000} minutes`), mostMs);
    /** @type {number | undefined} */
    let endedAt;
    const watch = setInterval(() => {
      if (endedAt === undefined && existsSync(output)) endedAt = Date.now();
      if (endedAt !== undefined && Date.now() - endedAt > endingMs)
        end("something the tests left open kept the process from ending");
    }, 250);
    const stop = () => {
      clearTimeout(whole);
      clearInterval(watch);
    };
    child.once("error", (error) => {
      stop();
      reject(error);
    });
    // not "close": a process that was left behind may hold the pipes open
    child.once("exit", (code) => {
      stop();
      setImmediate(() => resolve({ code, killed, screen }));
    });
  });
}
