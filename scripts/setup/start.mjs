/** What `npm start` does. */
import { ensureBuild } from "./build.mjs";
import { checkQuickstart } from "./check-quickstart.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureJupyter } from "./jupyter.mjs";
import { openJupyter } from "./jupyter-server.mjs";
import { ensureKernel } from "./kernel.mjs";
import { readStartOptions } from "./start-options.mjs";
import { defaultModelsFolder, ensureStarterModel, fetchCommand } from "./starter-model.mjs";
import { runStep } from "./steps.mjs";

/** @typedef {{ python: string, jupyterPath: string }} JupyterParts */

/**
 * Sets up what is missing, then opens Jupyter on the quickstart, or executes it with `--check`. Sets the exit code.
 *
 * @param {readonly string[]} args
 */
export async function start(args) {
  const { problem, options } = readStartOptions(args);
  if (options === undefined) {
    console.error(problem);
    process.exitCode = 1;
    return;
  }
  const parts = await setUp(options);
  if (parts === undefined) process.exitCode = 1;
  else process.exitCode = options.check ? await checkQuickstart(parts) : await openJupyter(parts, options);
}

/**
 * Undefined when something could not be set up, which has been said by then.
 *
 * @param {import("./start-options.mjs").StartOptions} options
 * @returns {Promise<JupyterParts | undefined>}
 */
async function setUp(options) {
  const parts = { python: "", jupyterPath: "" };
  /** @type {[string, (log: (line: string) => void) => Promise<string>][]} */
  const steps = [
    ["dependencies", async (log) => ((await ensureDependencies({ log })).installed ? "installed" : "up to date")],
    ["build", async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date")],
    [
      "jupyter",
      async (log) => {
        const { python, source } = await ensureJupyter({ log, frontEnd: true });
        parts.python = python;
        return `${python} (${source})`;
      },
    ],
    [
      "kernel",
      async () => {
        const { jupyterPath, written } = await ensureKernel();
        parts.jupyterPath = jupyterPath;
        return written ? "TypeScript kernel registered inside this project" : "up to date";
      },
    ],
  ];
  for (const [name, work] of steps) {
    const { ok } = await runStep(name, work);
    if (!ok) return undefined;
  }
  // without it everything works, with the sample model
  await runStep("starter model", (log) => starterModel(options, log));
  return parts;
}

/**
 * @param {import("./start-options.mjs").StartOptions} options
 * @param {(line: string) => void} log
 */
async function starterModel({ model }, log) {
  if (!model) return `left out; the sample model serves. Run: ${fetchCommand}`;
  const named = process.env.LOCALLAB_MODELS_DIR;
  if (named) return `left out: LOCALLAB_MODELS_DIR names a folder of yours, "${named}"`;
  const { path } = await ensureStarterModel({ log, modelsDir: await defaultModelsFolder() });
  return path;
}
