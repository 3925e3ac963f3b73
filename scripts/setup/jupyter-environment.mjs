/** The environment of every Jupyter program this project starts: it finds the kernel here and keeps its things here. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "./project.mjs";

const home = inProject(".locallab/jupyter-home");
/** Where a server writes its address, in files named after its process. */
export const runtimeFolder = join(home, "runtime");

/**
 * Variables for Jupyter; their folders exist. Nothing is read from or written to the user's own Jupyter folders.
 *
 * @param {string} jupyterPath folder with the kernel spec
 */
export function jupyterEnvironment(jupyterPath) {
  const folders = {
    JUPYTER_CONFIG_DIR: join(home, "config"),
    JUPYTER_DATA_DIR: join(home, "data"),
    JUPYTER_RUNTIME_DIR: runtimeFolder,
    IPYTHONDIR: join(home, "ipython"),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  keepScriptsCommonJs();
  answerNewsQuestion();
  // the last two: warnings of Python's debugger and of jupyter_core that say nothing about notebooks
  return { ...folders, JUPYTER_PATH: jupyterPath, PYDEVD_DISABLE_FILE_VALIDATION: "1", JUPYTER_PLATFORM_DIRS: "1" };
}

/**
 * JupyterLab asks on the first page whether it may fetch news; it goes by this setting alone, whatever the server's
 * options say. Whoever changes it in JupyterLab keeps the change.
 */
function answerNewsQuestion() {
  const folder = join(home, "config/lab/user-settings/@jupyterlab/apputils-extension");
  const file = join(folder, "notification.jupyterlab-settings");
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, '{ "fetchNews": "false" }\n');
}

/**
 * Scripts of Jupyter below `.locallab` are CommonJS, whatever this project's own package.json says: Node would take
 * JupyterLab's for ES modules otherwise and say so at length.
 */
export function keepScriptsCommonJs() {
  const file = inProject(".locallab/package.json");
  if (existsSync(file)) return;
  mkdirSync(inProject(".locallab"), { recursive: true });
  writeFileSync(file, '{ "type": "commonjs" }\n');
}
