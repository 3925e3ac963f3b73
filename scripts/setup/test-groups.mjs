/** Which tests run two at a time, which alone, and which only with `npm run test:real`: the one place that says it. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { inProject } from "./project.mjs";

/** @typedef {"together" | "alone" | "real" | "realAlone"} Group */
/** @typedef {{ name: string, files: string[] }} Batch the files of one mocha process */

/** Folders and files whose tests watch the clock or own the screen: lifetimes, Jupyter, the browser, measurements. */
export const alone = Object.freeze([
  "test/bench/bench.test.ts",
  "test/bench/measure-state.test.ts",
  "test/bench/measure-stream.test.ts",
  "test/doors/command-line.test.ts",
  "test/notebook/kernel",
  "test/notebooks",
  "test/publish/published-command.test.ts",
  "test/publish/published-life.test.ts",
  "test/server/access/key-timing.test.ts",
  "test/server/lifetime",
  "test/server/publish/tunnel-ending.test.ts",
  "test/server/publish/tunnel-healing.test.ts",
]);

/** Tests of minutes, beside other programs: not part of `npm test`. */
export const real = Object.freeze(["test/real"]);

/** Those of them that watch the clock or own the screen. */
export const realAlone = Object.freeze([
  "test/real/behind-jupyter-proxy.test.ts",
  "test/real/beside-neighbours.test.ts",
  "test/real/classic-notebook.test.ts",
  "test/real/jupyterlab",
  "test/real/node-versions.test.ts",
  "test/real/storm.test.ts",
  "test/real/ts-magic-by-pip.test.ts",
]);

/** Rooms without a clock, a process or a port; `npm run check` runs them within seconds. */
export const pure = Object.freeze([
  "test/architecture",
  "test/notebook/client",
  "test/notebook/plots",
  "test/notebook/statistics",
  "test/pins",
  "test/server/grammar",
  "test/server/prompts",
  "test/server/schema",
  "test/server/settings",
]);

/** Files of a room that has fewer than this many share a process with others: starting one takes two seconds. */
const fewFiles = 4;
/** Most files of several rooms in one process: more, and one process would still be at it when the other is done. */
const manyFiles = 6;

/** @param {string} entry @param {string} file */
const covers = (entry, file) => file === entry || file.startsWith(`${entry}/`);

/**
 * @param {string} file
 * @returns {Group}
 */
export function groupOf(file) {
  if (realAlone.some((entry) => covers(entry, file))) return "realAlone";
  if (real.some((entry) => covers(entry, file))) return "real";
  return alone.some((entry) => covers(entry, file)) ? "alone" : "together";
}

/** Every test file there is, relative to the project, in order. */
export const testFiles = () =>
  readdirSync(inProject("test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name.replaceAll("\\", "/")}`)
    .sort();

/** The test files of the pure rooms that exist. */
export const pureFiles = () => testFiles().filter((file) => pure.some((entry) => covers(entry, file)));

/**
 * The files of a group in batches, one a room, the longest first: so two processes that take the next one when they
 * are free end at about the same time. Tests of minutes are batches of one file each.
 *
 * @param {Group} group
 * @param {Readonly<Record<string, number>>} [seconds] what each file took the last time; its size stands in for others
 * @param {readonly string[]} [files]
 * @returns {Batch[]}
 */
export function batchesOf(group, seconds = {}, files = testFiles()) {
  /** @type {Map<string, string[]>} */
  const rooms = new Map();
  for (const file of files.filter((one) => groupOf(one) === group)) {
    const room = group === "real" ? file : roomOf(file);
    rooms.set(room, [...(rooms.get(room) ?? []), file]);
  }
  const all = [...rooms].map(([name, its]) => ({ name, files: its }));
  const small = group === "real" ? [] : all.filter((room) => room.files.length < fewFiles);
  const cost = (/** @type {Batch} */ batch) => batch.files.reduce((sum, file) => sum + costOf(file, seconds), 0);
  return [...all.filter((room) => !small.includes(room)), ...joined(small)].sort(
    (one, other) => cost(other) - cost(one) || one.name.localeCompare(other.name),
  );
}

/**
 * Neighbouring rooms together, as many as fit.
 *
 * @param {readonly Batch[]} rooms
 */
function joined(rooms) {
  /** @type {Batch[]} */
  const batches = [];
  for (const { name, files } of rooms) {
    const last = batches.at(-1);
    if (last === undefined || last.files.length + files.length > manyFiles) batches.push({ name, files: [...files] });
    else batches.splice(-1, 1, { name: `${last.name} ${name}`, files: [...last.files, ...files] });
  }
  return batches;
}

/** `test/server/llama/…` → `test/server/llama`, `test/publish/…` → `test/publish`. @param {string} file */
const roomOf = (file) => file.split("/").slice(0, -1).slice(0, 3).join("/");

/** Bytes of a test file that take about as long as a second, as far as one can guess. */
const bytesASecond = 1000;

/** @param {string} file @param {Readonly<Record<string, number>>} seconds */
function costOf(file, seconds) {
  return seconds[file] ?? (existsSync(inProject(file)) ? statSync(inProject(file)).size / bytesASecond : 1);
}
