/** A Python with the classic Notebook, the page that Jupyter had before JupyterLab. */
import { ensurePythonEnvironment } from "./python-environment.mjs";

/** What the test was written against. */
const wanted = Object.freeze({
  name: "classic-notebook",
  requirements: ["nbclassic==1.3.3", "jupyter_server==2.21.1"],
  modules: ["nbclassic"],
});

/**
 * Path of the Python; see `ensurePythonEnvironment`.
 *
 * @param {{ log: (line: string) => void }} options
 */
export const ensureClassicNotebook = ({ log }) => ensurePythonEnvironment(wanted, log);
