/** The tutorials as the user's own files, so that running one changes nothing that git watches. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "./project.mjs";

/** The copies, beside whatever else the user keeps there. Git ignores it. */
export const userNotebooks = inProject("my-notebooks");
/** The tutorials as git has them. */
const templates = inProject("notebooks");
/** Inside of the copies' folder: hash of the tutorial that each copy was made from. */
const recordName = ".copied-from.json";

/** @typedef {Readonly<Record<string, string>>} Hashes by file name */
/**
 * @typedef {object} CopyPlan
 * @property {readonly { from: string, to: string }[]} copies tutorial and name of its copy
 * @property {readonly string[]} news a sentence for each that the user should know of
 * @property {Hashes} record what is remembered from now on
 */

/**
 * Copies what is missing or untouched since it was copied. A copy that was changed or run is never written over: a
 * newer tutorial is put beside it, once.
 *
 * @param {{ templates: Hashes, copies: Hashes, record: Hashes }} now
 * @returns {CopyPlan}
 */
export function planCopies({ templates, copies, record }) {
  /** @type {{ from: string, to: string }[]} */
  const planned = [];
  /** @type {string[]} */
  const news = [];
  /** @type {Record<string, string>} */
  const known = { ...record };
  for (const [name, hash] of Object.entries(templates)) {
    const isUntouched = !(name in copies) || copies[name] === known[name];
    const isCurrent = known[name] === hash || copies[name] === hash;
    known[name] = hash;
    if (name in copies && isCurrent) continue;
    const to = isUntouched ? name : freeName(name, copies);
    planned.push({ from: name, to });
    if (!isUntouched) news.push(`${to} is this release's ${name}; yours stays as it is`);
  }
  return { copies: planned, news, record: known };
}

/** @param {string} name @param {Hashes} copies */
function freeName(name, copies) {
  const stem = name.replace(/\.ipynb$/, "");
  for (let number = 1; ; number += 1) {
    const free = `${stem}-new${number === 1 ? "" : `-${number}`}.ipynb`;
    if (!(free in copies)) return free;
  }
}

/**
 * Brings the copies up to date. Gives one line about what was done.
 *
 * @param {{ from?: string, to?: string }} [folders]
 * @returns {{ made: number, news: readonly string[] }}
 */
export function ensureNotebooks({ from = templates, to = userNotebooks } = {}) {
  mkdirSync(to, { recursive: true });
  const recordFile = join(to, recordName);
  const plan = planCopies({ templates: hashesOf(from), copies: hashesOf(to), record: readRecord(recordFile) });
  for (const copy of plan.copies) {
    // in one step: Jupyter may be looking
    const half = join(to, `.${copy.to}.${process.pid}`);
    copyFileSync(join(from, copy.from), half);
    renameSync(half, join(to, copy.to));
  }
  const text = `${JSON.stringify(plan.record, null, 2)}\n`;
  if (!existsSync(recordFile) || readFileSync(recordFile, "utf8") !== text) writeFileSync(recordFile, text);
  return { made: plan.copies.length, news: plan.news };
}

/** @param {string} folder @returns {Hashes} */
function hashesOf(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb") && !name.startsWith("."));
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}

/** @param {string} file @returns {Hashes} */
function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // the first time, or somebody's own file: what is there counts as changed
    return {};
  }
}
