/** The npm packages of the lock file, installed: those that this machine can use. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { thisMachine, uselessEngines } from "./engine-packages.mjs";
import { explained } from "./explained.mjs";
import { installPackages } from "./install-packages.mjs";
import { inProject } from "./project.mjs";

/** @typedef {{ version?: string, optional?: boolean, link?: boolean, os?: string[] }} LockEntry */
/** @typedef {{ packages: Record<string, LockEntry> }} Lock */

/** Paths that the last installation left out; it lies in node_modules, so that it goes with it. */
const leftOutFile = "node_modules/.locallab-left-out.json";

/**
 * Installs unless what lies in node_modules is what the lock file says. Engine libraries for other machines are left
 * out: 640 of 1,015 MB on a machine without a graphics card. What a plain `npm ci` or `npm install` made is as good.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ installed: boolean, packages: number }>}
 */
export async function ensureDependencies({ log }) {
  const lock = readJson("package-lock.json");
  if (lock === undefined)
    throw new Error("package-lock.json is missing or not JSON. Get it back with git checkout package-lock.json.");
  const useless = uselessEngines(Object.keys(lock.packages), thisMachine());
  const before = readJson("node_modules/.package-lock.json");
  if (before !== undefined && fits(lock, before) && !isWanting(readJson(leftOutFile) ?? [], useless, before))
    return { installed: false, packages: count(before) };
  log("npm ci, which takes 10 s to 1 min …");
  const npm = npmCommand(process.env.npm_execpath);
  await explained(() => installPackages({ npm, lock, leftOut: useless, leftOutFile, log }));
  return { installed: true, packages: count(readJson("node_modules/.package-lock.json") ?? { packages: {} }) };
}

/**
 * Whether an installation (npm's own record in node_modules) is what the lock asks for. Optional packages may be
 * absent: most of them are for other platforms.
 *
 * @param {Lock} lock
 * @param {Lock} installed
 */
export function fits(lock, installed) {
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== "");
  const isComplete = wanted.every(
    ([path, { optional, version }]) =>
      optional === true || (path in installed.packages && installed.packages[path]?.version === version),
  );
  const isCurrent = Object.entries(installed.packages).every(
    ([path, { version }]) => lock.packages[path]?.version === version && path in lock.packages,
  );
  return isComplete && isCurrent;
}

/**
 * Whether something that was left out is of use by now: a graphics card was built in. A package that was asked for and
 * did not come is not asked for again and again.
 *
 * @param {readonly string[]} leftOut
 * @param {readonly string[]} useless
 * @param {Lock} installed
 */
export function isWanting(leftOut, useless, installed) {
  return leftOut.some((path) => !useless.includes(path) && !(path in installed.packages));
}

/**
 * The npm that runs this script, else the one in PATH.
 *
 * @param {string | undefined} npmExecPath `npm_execpath`, which other package managers set, too
 * @returns {[string, ...string[]]}
 */
export function npmCommand(npmExecPath) {
  const isNpm = npmExecPath !== undefined && /^npm-cli\.c?js$/.test(basename(npmExecPath));
  return isNpm ? [process.execPath, npmExecPath] : ["npm"];
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(inProject(path), "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {Lock} lock */
function count(lock) {
  return Object.keys(lock.packages).length;
}
