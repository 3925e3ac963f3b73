/** The starter model as a step of a set-up: whoever does not want it says so. */
import { defaultModelsFolder, ensureStarterModel, fetchCommand } from "./starter-model.mjs";

/**
 * Gives what was done, in words.
 *
 * @param {boolean} isWanted
 * @param {(line: string) => void} log
 * @param {import("./progress-bar.mjs").ProgressBar} bar
 */
export async function starterModelStep(isWanted, log, bar) {
  if (!isWanted) return `left out; the sample model serves. Run: ${fetchCommand}`;
  const named = process.env.LOCALLAB_MODELS_DIR;
  if (named) return `left out: LOCALLAB_MODELS_DIR names a folder of yours, "${named}"`;
  const { path } = await ensureStarterModel({ log, bar, modelsDir: await defaultModelsFolder() });
  return path;
}
