/** Puts this project's kernel into a Jupyter folder of somebody else's, and takes it out again. */
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { kernelFolder, writeKernelSpec } from "./kernel.mjs";
import { projectFolder } from "./project.mjs";

/** Another kernel of the same name, such as tslab's own, waits there until ours is taken out. */
const keptFolder = (/** @type {string} */ dataFolder) => join(dataFolder, "kernel-before-locallab");

/**
 * @param {string} dataFolder
 * @returns {{ file: string, kept: boolean }} `kept`: another kernel of this name was there and comes back later
 */
export function installKernel(dataFolder) {
  const folder = kernelFolder(dataFolder);
  const kept = existsSync(folder) && !isOurs(folder);
  if (kept) {
    rmSync(keptFolder(dataFolder), { recursive: true, force: true });
    renameSync(folder, keptFolder(dataFolder));
  }
  return { file: writeKernelSpec(dataFolder).file, kept };
}

/**
 * Takes out a kernel of this project; one of another program or another clone stays.
 *
 * @param {string} dataFolder
 * @returns {"removed" | "not there" | "another's"}
 */
export function uninstallKernel(dataFolder) {
  const folder = kernelFolder(dataFolder);
  if (!existsSync(folder)) return "not there";
  if (!isOurs(folder)) return "another's";
  rmSync(folder, { recursive: true });
  if (existsSync(keptFolder(dataFolder))) renameSync(keptFolder(dataFolder), folder);
  return "removed";
}

/** Whether a kernel starts something of this project. @param {string} folder */
function isOurs(folder) {
  try {
    const { argv } = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
    return argv.some((/** @type {unknown} */ word) => typeof word === "string" && word.startsWith(projectFolder));
  } catch {
    // not a kernel that anything can use
    return false;
  }
}
