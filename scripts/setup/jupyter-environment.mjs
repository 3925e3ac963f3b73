/** The environment of every Jupyter program this project starts: it finds the kernel here and keeps its things here. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { inProject } from "./project.mjs";

/** Scripts of Jupyter below this folder are CommonJS, whatever this project's own package.json says. */
const scriptsKind = inProject(".locallab/package.json");

/**
 * Variables for Jupyter; their folders exist. Nothing is read from or written to the user's own Jupyter folders.
 *
 * @param {string} jupyterPath folder with the kernel spec
 */
export function jupyterEnvironment(jupyterPath) {
  const folders = {
    JUPYTER_CONFIG_DIR: inProject(".locallab/jupyter-home/config"),
    JUPYTER_DATA_DIR: inProject(".locallab/jupyter-home/data"),
    JUPYTER_RUNTIME_DIR: inProject(".locallab/jupyter-home/runtime"),
    IPYTHONDIR: inProject(".locallab/jupyter-home/ipython"),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  if (!existsSync(scriptsKind)) writeFileSync(scriptsKind, '{ "type": "commonjs" }\n');
  // the last two: warnings of Python's debugger and of jupyter_core that say nothing about notebooks
  return { ...folders, JUPYTER_PATH: jupyterPath, PYDEVD_DISABLE_FILE_VALIDATION: "1", JUPYTER_PLATFORM_DIRS: "1" };
}
