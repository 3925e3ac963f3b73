/** `npm ci` beside the old node_modules, which the new one replaces when it is complete. */
import { copyFileSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { halfMade } from "./half-made.mjs";
import { inProject } from "./project.mjs";
import { mustRun } from "./run-command.mjs";

/** What npm says of a system that no machine is: a package for it is never installed. */
const noSystem = "none";

const flags = [
  // NODE_ENV=production must not leave out the compiler
  "--include=dev",
  // no package here needs a script of its own
  "--ignore-scripts",
  // versions and checksums are pinned: what npm's cache has is as good as new
  "--prefer-offline",
  // npm's own patience is three minutes before it says that there is no network
  "--fetch-retry-mintimeout=1000",
  "--fetch-retry-maxtimeout=8000",
  "--no-audit",
  "--no-fund",
];

/**
 * Installs what a lock file names, by its versions and checksums, but for the packages in `leftOut`. The lock file
 * itself stays as it is: npm reads a copy, in which those packages are for a system that does not exist. A failed or
 * interrupted installation leaves the old one.
 *
 * @param {{ npm: readonly [string, ...string[]], lock: import("./dependencies.mjs").Lock, leftOut: readonly string[],
 *   leftOutFile: string, log: (line: string) => void }} options `leftOutFile` is written with what was left out
 */
export async function installPackages({ npm: [command, ...args], lock, leftOut, leftOutFile, log }) {
  const install = [...args, "ci", ...flags];
  const { folder, remove } = halfMade(inProject(".locallab"), "install");
  try {
    for (const name of ["package.json", ".npmrc"])
      if (existsSync(inProject(name))) copyFileSync(inProject(name), join(folder, name));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(without(lock, leftOut)));
    await mustRun(command, install, { cwd: folder });
    writeFileSync(join(folder, "node_modules", basename(leftOutFile)), JSON.stringify(leftOut));
    if (replace(join(folder, "node_modules"), join(folder, "old"))) return;
    log("node_modules cannot be replaced as a whole: npm ci in place …");
    await mustRun(command, install);
  } finally {
    remove();
  }
}

/**
 * A lock file in which no machine installs these packages; they must be optional.
 *
 * @param {import("./dependencies.mjs").Lock} lock
 * @param {readonly string[]} paths
 */
export function without(lock, paths) {
  const packages = { ...lock.packages };
  for (const path of paths) packages[path] = { ...packages[path], os: [noSystem] };
  return { ...lock, packages };
}

/**
 * False where node_modules cannot be moved: it is a mounted volume, as in some containers.
 *
 * @param {string} fresh
 * @param {string} old
 */
function replace(fresh, old) {
  const target = inProject("node_modules");
  try {
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EBUSY" && code !== "EXDEV") throw error;
    return false;
  }
}
