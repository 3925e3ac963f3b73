/** Puts the TypeScript kernel into a Jupyter of your own: JupyterLab, VS Code, JupyterHub. `--uninstall` takes it out. */
import { ensureBuild } from "./setup/build.mjs";
import { ensureDependencies } from "./setup/dependencies.mjs";
import { explained } from "./setup/explained.mjs";
import { dataFolderOf, readInstallOptions } from "./setup/install-options.mjs";
import { installKernel, uninstallKernel } from "./setup/kernel-installation.mjs";
import { nodeVersionProblem } from "./setup/node-version.mjs";
import { runCommand } from "./setup/run-command.mjs";
import { starterModelStep } from "./setup/starter-model-step.mjs";
import { runStep } from "./setup/steps.mjs";

const { options, problem = nodeVersionProblem(process.versions.node) } = readInstallOptions(process.argv.slice(2));
if (options === undefined || problem !== undefined) refuse(problem);
else {
  const folder = dataFolderOf(options.place, {
    env: process.env,
    platform: process.platform,
    pythonPrefix: options.place === "environment" ? await prefixOfPython() : undefined,
  });
  if (folder === undefined)
    refuse(
      "There is no Python in PATH whose environment could be meant. Activate one, or name its folder with --prefix.",
    );
  else if (options.uninstall) await uninstall(folder);
  else await install(folder, options.model);
}

/** @param {string} folder @param {boolean} model */
async function install(folder, model) {
  /** @type {[string, Parameters<typeof runStep>[1]][]} */
  const steps = [
    ["dependencies", async (log) => ((await ensureDependencies({ log })).installed ? "installed" : "up to date")],
    ["build", async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date")],
    [
      "kernel",
      async (log) => {
        const { file, kept } = await explained(async () => installKernel(folder));
        if (kept) log("another kernel of the name tslab was there; it comes back with --uninstall");
        return `TypeScript: ${file}`;
      },
    ],
  ];
  for (const [name, work] of steps) {
    if (!(await runStep(name, work)).ok) {
      process.exitCode = 1;
      return;
    }
  }
  // without it everything works, with the sample model
  await runStep("starter model", (log, bar) => starterModelStep(model, log, bar));
  console.log(`
Next: start your JupyterLab, or reload its page (VS Code: Developer: Reload Window), and choose TypeScript.
A notebook in any folder may begin with: import { startLab } from "locallab";
The kernel is this folder's: after moving it run this once more. --uninstall takes it out again.`);
}

/** @param {string} folder */
async function uninstall(folder) {
  const result = await runStep("kernel", async () => {
    const done = await explained(async () => uninstallKernel(folder));
    if (done === "removed") return `taken out of ${folder}`;
    return done === "not there" ? `none in ${folder}` : `the one in ${folder} is not of this folder: it stays`;
  });
  if (!result.ok) process.exitCode = 1;
}

async function prefixOfPython() {
  const { code, output } = await runCommand("python3", ["-c", "import sys; print(sys.prefix)"], { timeoutMs: 60_000 });
  return code === 0 ? output.trim() : undefined;
}

/** @param {string | undefined} why */
function refuse(why) {
  console.error(why);
  process.exitCode = 1;
}
