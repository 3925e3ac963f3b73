/** What `npm start` does. */
import { ensureBuild } from "./build.mjs";
import { checkQuickstart } from "./check-quickstart.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureJupyter } from "./jupyter.mjs";
import { openJupyter } from "./jupyter-server.mjs";
import { ensureKernel } from "./kernel.mjs";
import { readStartOptions } from "./start-options.mjs";
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
  const parts = await setUp();
  if (parts === undefined) process.exitCode = 1;
  else process.exitCode = options.check ? await checkQuickstart(parts) : await openJupyter(parts, options);
}

/**
 * Undefined when something could not be set up, which has been said by then.
 *
 * @returns {Promise<JupyterParts | undefined>}
 */
async function setUp() {
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
  return parts;
}
