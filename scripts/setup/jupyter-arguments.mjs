/** What Jupyter is started with. */
import { userNotebooks } from "./notebook-copies.mjs";

export const firstNotebook = "01-quickstart.ipynb";

/** Its log goes into a file. */
const quiet = "--log-level=WARN";

/** No search for nineteen language servers that are not here. */
const calm = "--LanguageServerManager.autodetect=False";

/** The page of the first notebook, below the server's address. */
export const firstPage = (/** @type {boolean} */ isLab) => `${isLab ? "lab/tree" : "notebooks"}/${firstNotebook}`;

/**
 * Arguments for Python.
 *
 * @param {boolean} isLab else the classic notebook
 * @param {import("./start-options.mjs").StartOptions} options
 * @param {boolean} isRoot Jupyter refuses root without being asked
 */
export function jupyterArguments(isLab, { browser, port }, isRoot) {
  const page = `/${firstPage(isLab)}`;
  const program = isLab
    ? ["-m", "jupyterlab", quiet, calm, `--ServerApp.root_dir=${userNotebooks}`, `--LabApp.default_url=${page}`]
    : ["-m", "notebook", quiet, `--NotebookApp.notebook_dir=${userNotebooks}`, `--NotebookApp.default_url=${page}`];
  return [
    ...program,
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(browser ? [] : ["--no-browser"]),
    ...(isRoot ? ["--allow-root"] : []),
  ];
}
