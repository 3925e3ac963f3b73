/** A Python that can run notebooks, and show them. */
import { existsSync, rmSync } from "node:fs";
import { aptCommand, canInstallDebianPackages, installDebianPackages } from "./debian.mjs";
import { findPrograms } from "./find-program.mjs";
import { inProject } from "./project.mjs";
import { mustRun, runCommand } from "./run-command.mjs";

const modules = ["nbclient", "jupyter_client", "nbformat", "nbconvert"];
/** The first that is there shows the notebooks. */
const frontEnds = Object.freeze({ lab: "jupyterlab", notebook: "notebook" });
const pipPackages = ["jupyterlab", "nbclient", "nbconvert", "ipykernel"];
const debianPackages = ["python3-nbclient", "jupyter-nbconvert", "jupyter-notebook", "python3-ipykernel"];
const environmentFolder = inProject(".locallab/jupyter");
const environmentPython = `${environmentFolder}/bin/python`;

/** The first python3 in PATH is often a version manager's without packages, while the system's has them. */
const candidates = [
  "python3",
  "/usr/bin/python3",
  "/usr/local/bin/python3",
  "/opt/homebrew/bin/python3",
  environmentPython,
];

/**
 * Finds one that is there, else makes a virtual environment in `.locallab/jupyter`, else (root on Debian) installs
 * the system's packages. When nothing helps, the error holds the command to run.
 *
 * @param {{ log: (line: string) => void, python?: readonly string[], frontEnd?: boolean }} options `python`: where to
 *   look; `frontEnd`: it must be able to open notebooks in a browser, too
 * @returns {Promise<{ python: string, source: "found" | "virtual environment" | "Debian packages" }>}
 */
export async function ensureJupyter({ log, python = candidates, frontEnd = false }) {
  const found = await findJupyter(python, frontEnd);
  if (found !== undefined) return { python: found, source: "found" };
  const problem = await makeEnvironment(log);
  if (problem === undefined) return { python: environmentPython, source: "virtual environment" };
  if (!canInstallDebianPackages()) {
    throw new Error(
      `No Python here can import ${modules.join(", ")}, and ${problem}\nRun: ${aptCommand(debianPackages)}`,
    );
  }
  log(problem);
  await installDebianPackages(debianPackages, log);
  const installed = await findJupyter(["/usr/bin/python3"], frontEnd);
  if (installed === undefined) throw new Error(`/usr/bin/python3 still cannot import ${modules.join(", ")}.`);
  return { python: installed, source: "Debian packages" };
}

/**
 * Path of the first Python that can import what running notebooks needs, and showing them if that is asked for.
 *
 * @param {readonly string[]} [programs]
 * @param {boolean} [frontEnd]
 */
export async function findJupyter(programs = candidates, frontEnd = false) {
  const need = [`import ${modules.join(", ")}`, ...(frontEnd ? [`assert ${frontEndQuery}`] : [])].join("; ");
  for (const python of findPrograms(programs)) {
    const { code } = await runCommand(python, ["-c", need], { timeoutMs: 60_000 });
    if (code === 0) return python;
  }
  return undefined;
}

/** A Python expression: the modules among the front ends that are there. */
const frontEndQuery = `[name for name in ${JSON.stringify(Object.values(frontEnds))} if __import__("importlib.util").util.find_spec(name)]`;

/**
 * What this Python shows notebooks with.
 *
 * @param {string} python
 * @returns {Promise<keyof typeof frontEnds>}
 */
export async function frontEndOf(python) {
  return (await mustRun(python, ["-c", `print(${frontEndQuery})`])).includes(frontEnds.lab) ? "lab" : "notebook";
}

/**
 * Undefined when the environment is ready, else why it is not; nothing half made stays.
 *
 * @param {(line: string) => void} log
 */
async function makeEnvironment(log) {
  const [python] = findPrograms(["python3"]);
  if (python === undefined) return "python3 is not installed.";
  log(
    `making a virtual environment in .locallab/jupyter with ${pipPackages.join(", ")}, which takes a minute or two …`,
  );
  try {
    await mustRun(python, ["-m", "venv", "--clear", environmentFolder]);
    await mustRun(environmentPython, [
      "-m",
      "pip",
      "install",
      "--disable-pip-version-check",
      "--retries",
      "1",
      ...pipPackages,
    ]);
  } catch (error) {
    if (existsSync(environmentFolder)) rmSync(environmentFolder, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    return `a virtual environment could not be made: ${reason}`;
  }
  return undefined;
}
