/** llama.cpp as the engine package brings it: the source it was built from, and its ready-made libraries for this machine. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "../setup/project.mjs";

/**
 * @typedef {object} EngineLibraries
 * @property {string} version of the engine package
 * @property {string} platform as the package calls it, such as `linux-x64`
 * @property {string} folder
 * @property {readonly string[]} names of all shared objects in the folder
 * @property {readonly string[]} linked names of those that a program is linked with; the others are loaded when it runs
 * @property {string} source a git bundle
 */

/**
 * Throws where the package has no libraries that a program of Linux can be linked with.
 *
 * @param {string} [platform]
 * @returns {EngineLibraries}
 */
export function engineLibraries(platform = `${process.platform}-${process.arch}`) {
  const folder = inProject(`node_modules/@node-llama-cpp/${platform}/bins/${platform}`);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.so(\.|$)/.test(name)) : [];
  const linked = ["libllama-common", "libllama", "libggml", "libggml-base"].map((library) =>
    names.find((name) => new RegExp(`^${library}(\\.v[\\d.]+)?\\.so$`).test(name)),
  );
  if (linked.includes(undefined)) {
    throw new Error(
      `A llama-server of the engine's own libraries can be built on Linux only; this is ${platform}, and there are no such libraries in ${folder}.`,
    );
  }
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(inProject("node_modules/node-llama-cpp/package.json"), "utf8"));
  return {
    version,
    platform,
    folder,
    names,
    linked: /** @type {string[]} */ (linked),
    source: join(inProject("node_modules/node-llama-cpp/llama"), "gitRelease.bundle"),
  };
}
