/** A Python with LocalLab's own client, which the tests drive a real server with. */
import { existsSync, rmSync } from "node:fs";
import { aptCommand, canInstallDebianPackages, installDebianPackages } from "./debian.mjs";
import { findPrograms } from "./find-program.mjs";
import { inProject } from "./project.mjs";
import { mustRun, runCommand } from "./run-command.mjs";

/** The version whose methods the tests call. */
const requirement = "locallab-client==1.1.0";
const folder = inProject(".locallab/locallab-client");
const python = `${folder}/bin/python`;
const debianPackages = ["python3-venv"];

/**
 * Makes a virtual environment in `.locallab/locallab-client` with pip, by the user's own pip settings, unless it is there.
 * When that is impossible the error holds the command to run.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ python: string }>}
 */
export async function ensureLocallabClient({ log }) {
  if ((await runCommand(python, ["-c", "import locallab_client"], { timeoutMs: 60_000 })).code === 0) return { python };
  log(`making a virtual environment in .locallab/locallab-client with ${requirement} …`);
  const bases = findPrograms(["python3", "/usr/bin/python3"]);
  let problem = await makeEnvironment(bases);
  if (problem !== undefined && canInstallDebianPackages()) {
    log(problem);
    await installDebianPackages(debianPackages, log);
    problem = await makeEnvironment(["/usr/bin/python3"]);
  }
  if (problem === undefined) return { python };
  throw new Error(`${requirement} cannot be installed: ${problem}\nRun: ${aptCommand(debianPackages)}`);
}

/**
 * Undefined when the environment is ready, else why it is not; nothing half made stays.
 *
 * @param {readonly string[]} bases
 */
async function makeEnvironment([base]) {
  if (base === undefined) return "python3 is not installed.";
  try {
    await mustRun(base, ["-m", "venv", "--clear", folder]);
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--retries", "1"];
    await mustRun(python, [...pip, requirement]);
    await mustRun(python, ["-c", "import locallab_client"]);
  } catch (error) {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}
