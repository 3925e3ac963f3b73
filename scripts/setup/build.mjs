/** `dist/`, compiled from `src/`. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { inProject } from "./project.mjs";
import { mustRun } from "./run-command.mjs";

/** Lies in `dist/`, so that it goes when the output goes. */
const stampName = ".sources";

/**
 * Compiles when a source, a compiler setting or the compiler itself is another than in the last build.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ built: boolean, folder: string }>}
 */
export async function ensureBuild({ log }) {
  const folder = inProject("dist");
  const stamp = join(folder, stampName);
  const sources = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return { built: false, folder };
  log("compiling src …");
  await compile(folder, sources);
  return { built: true, folder };
}

/**
 * The new output takes the old one's place only when it is complete: a failed build leaves the last good one.
 *
 * @param {string} folder
 * @param {string} sources
 */
async function compile(folder, sources) {
  const fresh = inProject(`.locallab/build-${process.pid}`);
  const old = `${fresh}-old`;
  try {
    mkdirSync(fresh, { recursive: true });
    // not the tsc in node_modules/.bin: tslab puts its own, older one there
    const compiler = inProject("node_modules/typescript/bin/tsc");
    await mustRun(process.execPath, [compiler, "-p", inProject("tsconfig.build.json"), "--outDir", fresh]);
    for (const program of programs()) makeExecutable(join(fresh, program));
    writeFileSync(join(fresh, stampName), sources);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(fresh, folder);
  } finally {
    for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
  }
}

/** The package's bin files, relative to `dist/`. */
function programs() {
  /** @type {{ bin: Record<string, string> }} */
  const { bin } = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
  return Object.values(bin).map((path) => path.replace(/^\.\/dist\//, ""));
}

/** @param {string} path */
function makeExecutable(path) {
  if (existsSync(path)) chmodSync(path, 0o755);
}

function sourcesHash() {
  const hash = createHash("sha256");
  const sources = readdirSync(inProject("src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const settings = ["tsconfig.json", "tsconfig.build.json", "package.json", "node_modules/typescript/package.json"];
  for (const path of [...sources, ...settings.map(inProject)])
    hash.update(path).update("\0").update(readFileSync(path));
  return hash.digest("hex");
}
