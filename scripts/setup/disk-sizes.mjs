/** How much of the disk set-up took, part by part. */
import { existsSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "./project.mjs";
import { starterModelFile } from "./starter-model.mjs";

/** @typedef {{ name: string, bytes: number }} Part */

/** Bytes that stat counts in. */
const blockBytes = 512;

/**
 * Parts that are there.
 *
 * @param {string | undefined} modelsDir of the starter model
 * @returns {Part[]}
 */
export function diskSizes(modelsDir) {
  const model = modelsDir === undefined ? undefined : starterModelFile(modelsDir);
  return [
    { name: "node_modules", bytes: treeBytes(inProject("node_modules")) },
    { name: "JupyterLab", bytes: treeBytes(inProject(".locallab/jupyter")) },
    { name: "starter model", bytes: model !== undefined && existsSync(model) ? statSync(model).size : 0 },
  ].filter(({ bytes }) => bytes > 0);
}

/** @param {readonly Part[]} parts */
export function sizesInWords(parts) {
  const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`;
  const sum = parts.reduce((total, { bytes }) => total + bytes, 0);
  return `${megabytes(sum)}: ${parts.map(({ name, bytes }) => `${name} ${megabytes(bytes)}`).join(", ")}`;
}

/** Links are not followed. @param {string} path @returns {number} */
function treeBytes(path) {
  if (!existsSync(path)) return 0;
  const stats = lstatSync(path);
  const own = stats.blocks * blockBytes;
  if (!stats.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + treeBytes(join(path, name)), own);
}
