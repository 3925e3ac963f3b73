import { existsSync } from "node:fs";

/** Whether tests that need the starter model are to be left out, as `LOCALLAB_TEST_SKIP` says. */
export const isStarterModelSkipped = (): boolean =>
  (process.env.LOCALLAB_TEST_SKIP ?? "").split(",").includes("starter-model");

/** Path of the starter model's file. Throws with the command that fetches it when it is not there. */
export async function starterModelPath(): Promise<string> {
  const path = process.env.LOCALLAB_TEST_STARTER ?? "";
  if (existsSync(path)) return path;
  throw new Error(`The starter model is not at ${path}.`);
}
