/** A Python that can run notebooks, and show them. */
import { readFileSync } from "node:fs";
import { canInstallDebianPackages, installDebianPackages } from "./debian.mjs";
import { explained, thisPlace } from "./explained.mjs";
import { findPrograms } from "./find-program.mjs";
import { chooseBase, queryPython, serves } from "./jupyter-query.mjs";
import { readJupyterState, rememberJupyter } from "./jupyter-state.mjs";
import {
  environmentPython,
  isEnvironmentComplete,
  isEnvironmentOutdated,
  makeEnvironment,
  updateEnvironment,
} from "./jupyter-venv.mjs";
import { systemPackage } from "./setup-failure.mjs";

/** @typedef {import("./jupyter-query.mjs").PythonFacts} PythonFacts */
/** @typedef {"found" | "virtual environment"} JupyterSource `found`: somebody else installed it */

/** The first python3 in PATH is often a version manager's without packages, while the system's has them. */
const systemPythons = ["python3", "/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"];
/** More of them, to make an environment with. */
const otherPythons = ["python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3.9"];

/**
 * Finds JupyterLab, else makes a virtual environment with it in `.locallab/jupyter`. Only where that is impossible the
 * classic notebook serves, if there is one. When nothing helps, the error is one cause and one cure.
 *
 * @param {{ log: (line: string) => void, python?: readonly string[], frontEnd?: boolean, mayInstall?: boolean }} options
 *   `python`: where to look; `frontEnd`: it must be able to open notebooks in a browser, too; `mayInstall`: as root on
 *   Debian, a missing venv module is installed without asking
 * @returns {Promise<{ facts: PythonFacts, python: string, source: JupyterSource }>}
 */
export async function ensureJupyter({ log, python, frontEnd = false, mayInstall = false }) {
  const found = await findFacts(python ?? remembered(), frontEnd);
  if (found !== undefined) return { facts: await upToDate(found, log), python: found.python, source: sourceOf(found) };
  try {
    await explained(() => make(log, mayInstall));
  } catch (error) {
    const classic = frontEnd ? await findClassic(python ?? candidates()) : undefined;
    if (classic === undefined) throw error;
    log(error instanceof Error ? error.message : String(error));
    return { facts: classic, python: classic.python, source: "found" };
  }
  const facts = await queryPython(environmentPython);
  if (facts === undefined)
    throw new Error(`${environmentPython} does not run. Run: rm -r .locallab/jupyter, then npm start.`);
  return { facts, python: environmentPython, source: "virtual environment" };
}

/**
 * Path of the first Python that can execute notebooks, and show them if that is asked for.
 *
 * @param {readonly string[]} [programs]
 * @param {boolean} [frontEnd]
 */
export async function findJupyter(programs = candidates(), frontEnd = false) {
  return (await findFacts(programs, frontEnd))?.python;
}

/** @param {readonly string[]} programs @param {boolean} frontEnd */
async function findFacts(programs, frontEnd) {
  for (const python of findPrograms(programs)) {
    const facts = await queryPython(python);
    if (facts === undefined || !serves(facts, frontEnd)) continue;
    if (frontEnd && python !== readJupyterState().python) rememberJupyter({ python });
    return facts;
  }
  return undefined;
}

/** @param {readonly string[]} programs */
async function findClassic(programs) {
  for (const python of findPrograms(programs)) {
    const facts = await queryPython(python);
    if (facts?.runs && facts.classic) return facts;
  }
  return undefined;
}

/** Ours last: what somebody installed is meant to be used. */
const candidates = () => [
  ...systemPythons,
  ...findPrograms(["jupyter-lab"]).flatMap(interpreterOf),
  ...(isEnvironmentComplete() ? [environmentPython] : []),
];

/** What served the last time comes first. */
function remembered() {
  const { python } = readJupyterState();
  const isUsable = python !== undefined && (python !== environmentPython || isEnvironmentComplete());
  return isUsable ? [python, ...candidates()] : candidates();
}

/**
 * The Python in a script's first line: pipx, conda and uv keep JupyterLab in environments of their own.
 *
 * @param {string} script
 */
function interpreterOf(script) {
  const python = /^#!(\/\S*python[\d.]*)\s*$/m.exec(readFileSync(script, "utf8").slice(0, 500))?.[1];
  return python === undefined ? [] : [python];
}

/** @param {PythonFacts} facts @returns {JupyterSource} */
const sourceOf = ({ python }) => (python === environmentPython ? "virtual environment" : "found");

/** @param {PythonFacts} facts @param {(line: string) => void} log */
async function upToDate(facts, log) {
  if (facts.python !== environmentPython || !isEnvironmentOutdated()) return facts;
  try {
    await explained(() => updateEnvironment(log));
  } catch (error) {
    log(`it stays as it is: ${error instanceof Error ? error.message : error}`);
  }
  return (await queryPython(environmentPython)) ?? facts;
}

/** @param {(line: string) => void} log @param {boolean} mayInstall */
async function make(log, mayInstall) {
  let { base, problem, version } = await chosenBase();
  if (problem === "no venv" && mayInstall && canInstallDebianPackages()) {
    await installDebianPackages(["python3-venv"], log);
    ({ base, problem, version } = await chosenBase());
  }
  if (base !== undefined) return makeEnvironment(base.python, log);
  const place = thisPlace();
  if (problem === "no venv")
    throw new Error(`Python's venv module is missing. ${systemPackage(place, "python3-venv", "python")}`);
  const cure = systemPackage(place, "python3 python3-venv", "python");
  throw new Error(
    problem === "too old"
      ? `Python ${version} is too old for JupyterLab 4, which needs 3.9. ${cure}`
      : `Python 3 is not installed. ${cure}`,
  );
}

async function chosenBase() {
  const pythons = await Promise.all(findPrograms([...systemPythons, ...otherPythons]).map(queryPython));
  return { version: undefined, ...chooseBase(pythons.filter((facts) => facts !== undefined)) };
}
