/** The kernel spec that tells Jupyter how to start the kernel. Absolute paths: VS Code hides specs whose program is not found. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inProject } from "./project.mjs";

/**
 * The kernel spec inside this project; nothing is installed for the user or the system. Start Jupyter with
 * `JUPYTER_PATH` set to `jupyterPath`.
 *
 * @returns {Promise<{ jupyterPath: string, file: string, written: boolean }>}
 */
export async function ensureKernel() {
  const jupyterPath = inProject(".locallab/jupyter-path");
  return { jupyterPath, ...writeKernelSpec(jupyterPath) };
}

/**
 * Writes `kernels/tslab/kernel.json` and the launcher's pictures under a Jupyter data folder, unless they are there.
 *
 * @param {string} dataFolder
 */
export function writeKernelSpec(dataFolder) {
  const folder = kernelFolder(dataFolder);
  const file = join(folder, "kernel.json");
  const text = `${JSON.stringify(kernelSpec(), null, 2)}\n`;
  const logos = readdirSync(logoFolder);
  if (readIfThere(file) === text && logos.every((name) => existsSync(join(folder, name))))
    return { file, written: false };
  mkdirSync(folder, { recursive: true });
  for (const name of logos) copyFileSync(join(logoFolder, name), join(folder, name));
  writeFileSync(file, text);
  return { file, written: true };
}

/** What the launcher shows; Jupyter goes by the names. */
const logoFolder = inProject("scripts/kernel-logo");

/** Where the kernel lies under a Jupyter data folder. */
export const kernelFolder = (/** @type {string} */ dataFolder) => join(dataFolder, "kernels", "tslab");

/**
 * Where Jupyter and VS Code look for a user's kernels. Source: jupyter_core's `jupyter_data_dir`.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {NodeJS.Platform} platform
 */
export function userDataFolder(env, platform) {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "darwin") return join(homedir(), "Library", "Jupyter");
  return join(env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}

function kernelSpec() {
  return {
    argv: [process.execPath, "--expose-internals", kernelProgram(), "--connection-file", "{connection_file}"],
    display_name: "TypeScript",
    language: "typescript",
    interrupt_mode: "message",
    // a kernel whose coverage is taken down ends, or hangs, at the stop button: Node's inspector serves one of the two
    env: { NODE_V8_COVERAGE: "" },
  };
}

/** The kernel's own program, which the build makes. */
function kernelProgram() {
  const program = inProject("dist/notebook/kernel/entry/kernel-main.js");
  if (!existsSync(program)) throw new Error(`${program} is missing. Run npm run build, then try again.`);
  return program;
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
