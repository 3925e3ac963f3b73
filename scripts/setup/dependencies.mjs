/** The npm packages of the lock file, installed. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { inProject } from "./project.mjs";
import { mustRun } from "./run-command.mjs";

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockEntry */
/** @typedef {{ packages: Record<string, LockEntry> }} Lock */

/**
 * Installs with `npm ci` unless what lies in node_modules is what the lock file says.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ installed: boolean, packages: number }>}
 */
export async function ensureDependencies({ log }) {
  const lock = readLock("package-lock.json");
  if (lock === undefined)
    throw new Error("package-lock.json is missing or not JSON. Get it back with git checkout package-lock.json.");
  const before = readLock("node_modules/.package-lock.json");
  if (before !== undefined && fits(lock, before)) return { installed: false, packages: count(before) };
  log("npm ci, which takes 10 s to 2 min …");
  const [command, ...args] = npmCommand(process.env.npm_execpath);
  // NODE_ENV=production must not leave out the compiler
  await mustRun(command, [...args, "ci", "--include=dev", "--no-audit", "--no-fund"]);
  return { installed: true, packages: count(readLock("node_modules/.package-lock.json") ?? { packages: {} }) };
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
 * The npm that runs this script, else the one in PATH.
 *
 * @param {string | undefined} npmExecPath `npm_execpath`, which other package managers set, too
 * @returns {[string, ...string[]]}
 */
export function npmCommand(npmExecPath) {
  const isNpm = npmExecPath !== undefined && /^npm-cli\.c?js$/.test(basename(npmExecPath));
  return isNpm ? [process.execPath, npmExecPath] : ["npm"];
}

/**
 * @param {string} path
 * @returns {Lock | undefined}
 */
function readLock(path) {
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
