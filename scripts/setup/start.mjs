/** What `npm start` does. */
import { ensureBuild } from "./build.mjs";
import { checkQuickstart } from "./check-quickstart.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { diskSizes, sizesInWords } from "./disk-sizes.mjs";
import { ensureJupyter } from "./jupyter.mjs";
import { openJupyter } from "./jupyter-server.mjs";
import { ensureKernel } from "./kernel.mjs";
import { ensureNotebooks } from "./notebook-copies.mjs";
import { readStartOptions } from "./start-options.mjs";
import { defaultModelsFolder } from "./starter-model.mjs";
import { starterModelStep } from "./starter-model-step.mjs";
import { runStep } from "./steps.mjs";

/** @typedef {{ python: string, jupyterPath: string, isLab: boolean }} JupyterParts */

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
 * Undefined when something could not be set up, which has been said by then. Node's packages and Python's are fetched
 * at the same time.
 *
 * @param {import("./start-options.mjs").StartOptions} options
 * @returns {Promise<JupyterParts | undefined>}
 */
async function setUp(options) {
  const parts = { python: "", jupyterPath: "", isLab: true };
  let isFirst = false;
  /** @type {import("./steps.mjs").StepResult[]} in the order of their ends */
  const ended = [];
  const step = async (/** @type {Parameters<typeof runStep>} */ ...step) => {
    const result = await runStep(...step);
    ended.push(result);
    return result.ok;
  };
  const install = async (/** @type {(line: string) => void} */ log) => {
    const { installed } = await ensureDependencies({ log });
    isFirst = installed;
    return installed ? "installed" : "up to date";
  };
  const packages = async () => (await step("dependencies", install)) && (await step("build", build));
  const jupyter = step("jupyter", async (log) => {
    const { facts, python, source } = await ensureJupyter({ log, frontEnd: true });
    parts.python = python;
    parts.isLab = facts.lab !== undefined;
    return jupyterInWords(facts, source);
  });
  const isReady = (await Promise.all([packages(), jupyter])).every((ok) => ok);
  if (!isReady) {
    // what went well in the meantime must not be the last word
    if (ended.at(-1)?.ok)
      for (const { name, summary } of ended.filter(({ ok }) => !ok)) console.error(`\n${name} failed: ${summary}`);
    return undefined;
  }
  const kernel = await runStep("kernel", async () => {
    const { jupyterPath, written } = await ensureKernel();
    parts.jupyterPath = jupyterPath;
    return written ? "TypeScript kernel registered inside this project" : "up to date";
  });
  const notebooks = await runStep("notebooks", async (log) => {
    const { made, news } = ensureNotebooks();
    for (const line of news) log(line);
    return made === 0 ? "my-notebooks is up to date" : `${made} copied into my-notebooks, which is yours`;
  });
  if (!kernel.ok || !notebooks.ok) return undefined;
  // without it everything works, with the sample model
  await runStep("starter model", (log, bar) => starterModelStep(options.model, log, bar));
  if (isFirst)
    await runStep("on disk", async () =>
      sizesInWords(diskSizes(options.model ? await defaultModelsFolder() : undefined)),
    );
  return parts;
}

/** @param {(line: string) => void} log */
const build = async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date");

/**
 * @param {import("./jupyter-query.mjs").PythonFacts} facts
 * @param {import("./jupyter.mjs").JupyterSource} source
 */
function jupyterInWords({ python, lab }, source) {
  const what = lab === undefined ? "the classic notebook" : `JupyterLab ${lab}`;
  if (source === "virtual environment") return `${what} in .locallab/jupyter`;
  return `${what} of ${python}, which was there; your own settings of it do not apply here`;
}
