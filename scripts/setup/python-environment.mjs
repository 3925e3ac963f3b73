/** A virtual environment of the tests' own, with packages by exact version. */
import { existsSync, rmSync } from "node:fs";
import { aptCommand, canInstallDebianPackages, installDebianPackages } from "./debian.mjs";
import { findPrograms } from "./find-program.mjs";
import { inProject } from "./project.mjs";
import { mustRun, runCommand } from "./run-command.mjs";

const debianPackages = ["python3-venv"];

/**
 * `requirements` are of the form name==version; `constraints` is a file that says the versions of all the rest.
 *
 * @typedef {{ name: string, requirements: readonly string[], modules: readonly string[], constraints?: string }} Wanted
 */

/**
 * Makes it in `.locallab/<name>` with pip, by the user's own pip settings, unless it is there in these versions and
 * imports the modules.
 * When that is impossible the error holds the command to run.
 *
 * @param {Wanted} wanted
 * @param {(line: string) => void} log
 * @returns {Promise<{ python: string }>}
 */
export async function ensurePythonEnvironment(wanted, log) {
  const folder = inProject(`.locallab/${wanted.name}`);
  const python = `${folder}/bin/python`;
  if ((await runCommand(python, ["-c", importing(wanted)], { timeoutMs: 60_000 })).code === 0) return { python };
  const names = wanted.requirements.join(" ");
  log(`making a virtual environment in .locallab/${wanted.name} with ${names} …`);
  let problem = await makeEnvironment(wanted, folder, findPrograms(["python3", "/usr/bin/python3"]));
  if (problem !== undefined && canInstallDebianPackages()) {
    log(problem);
    await installDebianPackages(debianPackages, log);
    problem = await makeEnvironment(wanted, folder, ["/usr/bin/python3"]);
  }
  if (problem === undefined) return { python };
  throw new Error(`${names} cannot be installed: ${problem}\nRun: ${aptCommand(debianPackages)}`);
}

/**
 * A program that ends well where everything is there, in the versions that are wanted.
 *
 * @param {Wanted} wanted
 */
function importing({ modules, requirements }) {
  const versions = requirements.map((one) => {
    const [name, version] = one.split("==");
    return `assert version("${name}") == "${version}"`;
  });
  return [`import ${modules.join(", ")}`, "from importlib.metadata import version", ...versions].join("\n");
}

/**
 * Undefined when the environment is ready, else why it is not; nothing half made stays.
 *
 * @param {Wanted} wanted
 * @param {string} folder
 * @param {readonly string[]} bases
 */
async function makeEnvironment(wanted, folder, [base]) {
  if (base === undefined) return "python3 is not installed.";
  const python = `${folder}/bin/python`;
  try {
    await mustRun(base, ["-m", "venv", "--clear", folder]);
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--retries", "1"];
    const constrained = wanted.constraints === undefined ? [] : ["--constraint", wanted.constraints];
    await mustRun(python, [...pip, ...constrained, ...wanted.requirements]);
    await mustRun(python, ["-c", importing(wanted)]);
  } catch (error) {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}
