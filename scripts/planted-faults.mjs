/**
 * `npm run plant`, by hand: plants each fault of planted-faults.json into a copy of the project and runs the tests that
 * are to notice it. `npm run plant -- D13 H14` plants only these. Fails when a fault is not noticed or its line is gone.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inProject } from "./setup/project.mjs";
import { runCommand } from "./setup/run-command.mjs";

/**
 * @typedef {object} PlantedFault
 * @property {string} id
 * @property {string} what what would be wrong, for people
 * @property {string} file
 * @property {string} find text that stands exactly once in the file
 * @property {string} replace
 * @property {string[]} tests files or patterns
 */

/** What tests read. node_modules is linked. */
const copied = ["src", "test", "scripts", "dist", "notebooks", "docs", ".ci"];
const files = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  ".mocharc.json",
  "README.md",
];
/** Milliseconds for the tests of one fault. */
const timeoutMs = 300_000;

/**
 * Whether these tests pass without a fault, by their names.
 *
 * @type {Map<string, boolean>}
 */
const pass = new Map();

/** @type {PlantedFault[]} */
const all = JSON.parse(readFileSync(inProject("scripts/planted-faults.json"), "utf8"));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((id) => !all.some((fault) => fault.id === id));
if (unknown.length > 0) {
  console.error(`There is no fault ${unknown.join(", ")}. There are ${all.map(({ id }) => id).join(", ")}.`);
  process.exitCode = 2;
} else {
  const faults = all.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const folder = mkdtempSync(join(tmpdir(), "locallab-plant-"));
  try {
    copyProject(folder);
    const missed = [];
    for (const fault of faults) {
      const verdict = await plant(folder, fault);
      console.log(`${fault.id.padEnd(6)} ${verdict.padEnd(12)} ${fault.what} (${fault.file})`);
      if (verdict !== "noticed") missed.push(fault.id);
    }
    console.log(`${faults.length - missed.length} of ${faults.length} noticed`);
    process.exitCode = missed.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @param {string} folder */
function copyProject(folder) {
  for (const name of copied) cpSync(inProject(name), join(folder, name), { recursive: true });
  for (const name of files) cpSync(inProject(name), join(folder, name));
  mkdirSync(join(folder, ".locallab"));
  symlinkSync(inProject("node_modules"), join(folder, "node_modules"));
}

/** @param {string} folder @param {PlantedFault} fault @returns {Promise<string>} */
async function plant(folder, { file, find, replace, tests }) {
  const path = join(folder, file);
  const whole = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (whole.split(find).length !== 2) return "line gone";
  const name = tests.join(" ");
  if (!pass.has(name)) pass.set(name, (await runTests(folder, tests)) === "pass");
  // a test that fails anyway notices nothing
  if (!pass.get(name)) return "fails anyway";
  // a function: $& and the like stand for themselves
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  );
  try {
    const verdict = await runTests(folder, tests);
    return verdict === "fail" ? "noticed" : "NOT NOTICED";
  } finally {
    writeFileSync(path, whole);
  }
}

/** @param {string} folder @param {readonly string[]} tests @returns {Promise<"pass" | "fail" | "not run">} */
async function runTests(folder, tests) {
  const mocha = join(folder, "node_modules", "mocha", "bin", "mocha.js");
  const { code, output } = await runCommand(process.execPath, [mocha, ...tests], { cwd: folder, timeoutMs });
  if (code === 0) return / \d+ passing/.test(output) ? "pass" : "not run";
  // a file that does not compile any more is no test that notices
  return / \d+ failing/.test(output) ? "fail" : "not run";
}
