/** What a Python has of Jupyter. It only looks: importing the modules took a second each. */
import { runCommand } from "./run-command.mjs";

/**
 * @typedef {object} PythonFacts
 * @property {string} python path
 * @property {readonly [number, number]} version as in [3, 11]
 * @property {boolean} runs executes notebooks
 * @property {string | undefined} lab version of JupyterLab
 * @property {boolean} classic shows notebooks by another program than JupyterLab
 * @property {boolean} venv can make virtual environments
 */

/** What executing notebooks needs. */
const modules = ["nbclient", "jupyter_client", "nbformat", "nbconvert"];

const query = `
import json, sys
from importlib.util import find_spec
def there(name):
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
def version(name):
    if not there(name):
        return None
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return "0"
print(json.dumps({
    "version": list(sys.version_info[:2]),
    "runs": all(there(name) for name in ${JSON.stringify(modules)}),
    "lab": version("jupyterlab"),
    "classic": there("notebook"),
    "venv": there("venv") and there("ensurepip"),
}))
`;

/**
 * Undefined when this is no Python that answers.
 *
 * @param {string} python
 * @returns {Promise<PythonFacts | undefined>}
 */
export async function queryPython(python) {
  const { code, output } = await runCommand(python, ["-c", query], { timeoutMs: 60_000 });
  if (code !== 0) return undefined;
  try {
    const { lab, ...facts } = JSON.parse(output.trim().split("\n").at(-1) ?? "");
    return { python, ...facts, lab: lab ?? undefined };
  } catch {
    return undefined;
  }
}

/** Oldest JupyterLab that is used: the settings of ours are in its words. */
const oldestLab = 4;

/**
 * Whether notebooks can be executed with it, and shown in JupyterLab if that is asked for.
 *
 * @param {PythonFacts} facts
 * @param {boolean} frontEnd
 */
export const serves = ({ runs, lab }, frontEnd) =>
  runs && (!frontEnd || (lab !== undefined && Number.parseInt(lab, 10) >= oldestLab));

/** Oldest Python that JupyterLab 4 runs on. */
const oldestPython = [3, 9];

/**
 * The Python to make a virtual environment with, else why there is none, in terms of `setupFailure`.
 *
 * @param {readonly PythonFacts[]} pythons in the order of preference
 * @returns {{ base: PythonFacts, problem?: undefined } | { base?: undefined, problem: "no python" | "too old" | "no venv", version?: string }}
 */
export function chooseBase(pythons) {
  const recent = pythons.filter(({ version }) => isAtLeast(version, oldestPython));
  const base = recent.find(({ venv }) => venv);
  if (base !== undefined) return { base };
  const [newest] = recent.length > 0 ? recent : pythons;
  if (newest === undefined) return { problem: "no python" };
  return { problem: recent.length > 0 ? "no venv" : "too old", version: newest.version.join(".") };
}

/** @param {readonly number[]} version @param {readonly number[]} least */
const isAtLeast = ([major = 0, minor = 0], [leastMajor = 0, leastMinor = 0]) =>
  major > leastMajor || (major === leastMajor && minor >= leastMinor);
