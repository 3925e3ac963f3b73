/** `npm run starter-model`: fetches the starter model into the default models folder, and nothing else. */
import { ensureBuild } from "./setup/build.mjs";
import { defaultModelsFolder, ensureStarterModel } from "./setup/starter-model.mjs";
import { runStep } from "./setup/steps.mjs";

const built = await runStep("build", async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date"));
const model = built.ok && (await runStep("starter model", fetchModel));
if (model === false || !model.ok) process.exitCode = 1;

/** @param {(line: string) => void} log @param {import("./setup/progress-bar.mjs").ProgressBar} bar */
async function fetchModel(log, bar) {
  const { path } = await ensureStarterModel({ log, bar, modelsDir: await defaultModelsFolder() });
  return path;
}
