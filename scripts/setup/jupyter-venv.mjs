/** JupyterLab in a virtual environment of this project's, in the versions that were tried. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { keepScriptsCommonJs } from "./jupyter-environment.mjs";
import { readJupyterState, rememberJupyter } from "./jupyter-state.mjs";
import { inProject } from "./project.mjs";
import { mustRun } from "./run-command.mjs";

const folder = inProject(".locallab/jupyter");
export const environmentPython = `${folder}/bin/python`;

const constraints = inProject("scripts/setup/jupyter-constraints.txt");
const packages = ["jupyterlab", "nbclient", "nbconvert", "ipykernel"];
/** Where the pinned versions cannot be had. */
const unpinned = ["jupyterlab>=4,<5", ...packages.slice(1)];
/**
 * Builds a parser of addresses whenever Jupyter starts: 1.3 of 3.2 s of processor time. jsonschema imports it if it is
 * there, to check the format "iri", which no schema of Jupyter's uses.
 */
const slowToImport = "rfc3987-syntax";
/** Remembered while an environment is made: what lies there is not to be used then. */
const unfinished = "unfinished";

const madeFrom = () => createHash("sha256").update(readFileSync(constraints)).digest("hex");

/** Whether there is an environment that is complete. One from before this was remembered is taken for that. */
export const isEnvironmentComplete = () =>
  existsSync(environmentPython) && readJupyterState().environment !== unfinished;

/** Whether other versions are pinned by now. */
export function isEnvironmentOutdated() {
  const { environment } = readJupyterState();
  return isEnvironmentComplete() && environment !== undefined && environment !== madeFrom();
}

/**
 * Makes the environment. A failed one is removed; an interrupted one is known by the next start.
 *
 * @param {string} base a Python
 * @param {(line: string) => void} log
 */
export async function makeEnvironment(base, log) {
  log("making a virtual environment in .locallab/jupyter with JupyterLab, which takes 20 s to 1 min …");
  rememberJupyter({ environment: unfinished });
  keepScriptsCommonJs();
  try {
    await mustRun(base, ["-m", "venv", "--clear", folder]);
    await installJupyter(log);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  rememberJupyter({ environment: madeFrom(), python: environmentPython });
}

/**
 * Brings the environment to the versions that are pinned now. When that fails it stays as it is.
 *
 * @param {(line: string) => void} log
 */
export async function updateEnvironment(log) {
  log("bringing JupyterLab in .locallab/jupyter to the versions of this release …");
  await installJupyter(log);
  rememberJupyter({ environment: madeFrom() });
}

/** @param {(line: string) => void} log */
async function installJupyter(log) {
  // not compiled in advance: that takes longer than everything else, and most of it never runs
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--retries", "1", "--no-compile"];
  const prune = () => mustRun(environmentPython, ["-m", "pip", "uninstall", "--yes", "--quiet", slowToImport]);
  try {
    await mustRun(environmentPython, [...pip, "--constraint", constraints, ...packages]);
    await prune();
  } catch (error) {
    if (!(error instanceof Error) || !isUnsatisfiable(error.message)) throw error;
    log("the pinned versions cannot be had for this Python: the newest JupyterLab 4 that it takes is installed …");
    await mustRun(environmentPython, [...pip, ...unpinned]);
    await prune();
  }
}

/**
 * Whether pip found the packages, but not in the versions that were asked for.
 *
 * @param {string} said
 */
export const isUnsatisfiable = (said) =>
  /ResolutionImpossible|conflicting dependencies|\(from versions: \d|Requires-Python/.test(said) &&
  !/connection broken|timed out/.test(said);
