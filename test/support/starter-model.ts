import { existsSync } from "node:fs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { defaultModelsFolder, fetchCommand, starterModelFile } from "../../scripts/setup/starter-model.mjs";

/** Whether tests that need the starter model are to be left out, as `LOCALLAB_TEST_SKIP` says. */
export const isStarterModelSkipped = (): boolean => skippedParts().has("starter-model");

/** Path of the starter model's file. Throws with the command that fetches it when it is not there. */
export async function starterModelPath(): Promise<string> {
  const path = process.env.LOCALLAB_TEST_STARTER ?? starterModelFile(await defaultModelsFolder());
  if (existsSync(path)) return path;
  throw new Error(`The starter model is not at ${path}.\nRun: ${fetchCommand}`);
}
