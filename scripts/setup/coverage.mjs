/** Coverage of all test processes together: each writes V8's counts into one folder, one report reads them. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProject, projectFolder } from "./project.mjs";
import { spawnTied } from "./spawn-tied.mjs";

/**
 * Prints the report; false when coverage is below a gate of `.c8rc.json`.
 *
 * @param {string} folder V8's counts
 * @param {string} scratch a folder for the settings
 * @returns {Promise<boolean>}
 */
export function reportCoverage(folder, scratch) {
  const c8 = inProject("node_modules/c8/bin/c8.js");
  const args = [c8, "report", "--config", coverageSettings(scratch), "--temp-directory", folder];
  return new Promise((resolve, reject) => {
    const child = spawnTied(process.execPath, args, { cwd: projectFolder, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0));
  });
}

/**
 * Path of .c8rc.json's copy that also leaves out the files of types alone: nothing of them ever runs.
 *
 * @param {string} folder
 */
function coverageSettings(folder) {
  const settings = JSON.parse(readFileSync(inProject(".c8rc.json"), "utf8"));
  const path = join(folder, "c8.json");
  writeFileSync(path, JSON.stringify({ ...settings, exclude: [...settings.exclude, ...typeFiles()] }));
  return path;
}

/** Sources that compile to nothing. */
function typeFiles() {
  if (!existsSync(inProject("dist"))) return [];
  return readdirSync(inProject("dist"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js") && compilesToNothing(inProject(`dist/${name}`)))
    .map((name) => `src/${name.replace(/\.js$/, ".ts")}`);
}

/** @param {string} path */
function compilesToNothing(path) {
  const code = readFileSync(path, "utf8").replaceAll(/\/\*.*?\*\//gs, "");
  return code.trim() === "export {};";
}
