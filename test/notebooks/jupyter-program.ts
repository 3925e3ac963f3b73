/** The Python that tests run Jupyter's programs with, and their environment. */
import { findJupyter } from "../../scripts/setup/jupyter.mjs";
import { jupyterEnvironment } from "../../scripts/setup/jupyter-environment.mjs";
import { ensureKernel } from "../../scripts/setup/kernel.mjs";
import { temporaryFolder } from "../support/temp-folder.js";
import { sampleCacheDir } from "../support/test-settings.js";

/** Path of a Python with Jupyter; `npm test` has seen to it that there is one. */
export async function jupyterPython(): Promise<string> {
  const wanted = process.env.LOCALLAB_TEST_PYTHON;
  const python = wanted ?? (await findJupyter());
  if (python === undefined) throw new Error("No Python here can run notebooks. npm test installs one.");
  return python;
}

/** Variables that keep the labs of a test apart from the user's. `runtimeDir` is where their state files are. */
export function labEnvironment(): { runtimeDir: string; env: Record<string, string> } {
  const runtimeDir = temporaryFolder();
  return { runtimeDir, env: { LOCALLAB_RUNTIME_DIR: runtimeDir, LOCALLAB_CACHE_DIR: sampleCacheDir } };
}

/** The same, and Jupyter's own. */
export async function notebookEnvironment(): Promise<{ runtimeDir: string; env: Record<string, string> }> {
  const { jupyterPath } = await ensureKernel();
  const { runtimeDir, env } = labEnvironment();
  return { runtimeDir, env: { ...jupyterEnvironment(jupyterPath), ...env } };
}
