/** The llama-server that the engine is compared with, built once and kept in `.locallab/llama-server`. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aptCommand, canInstallDebianPackages, installDebianPackages } from "../setup/debian.mjs";
import { findPrograms } from "../setup/find-program.mjs";
import { inProject } from "../setup/project.mjs";
import { compileLlamaServer } from "./compile-llama-server.mjs";
import { engineLibraries } from "./engine-libraries.mjs";

/** What building takes, and the Debian package it comes in. */
const tools = Object.freeze({ git: "git", "g++": "g++", gcc: "gcc", nice: "coreutils" });

/**
 * Builds it when this engine version has none yet (minutes). Installs the compiler where that can be done without asking;
 * elsewhere the error holds the command to run.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ path: string, version: string, built: boolean }>} `version`: of the engine package
 */
export async function ensureLlamaServer({ log }) {
  const libraries = engineLibraries();
  const { version, platform } = libraries;
  const folder = inProject(`.locallab/llama-server/${version}-${platform}`);
  const path = join(folder, "llama-server");
  if (existsSync(path)) return { path, version, built: false };
  await ensureTools(log);
  log("compiling llama-server against the engine's libraries, which takes a few minutes …");
  const fresh = `${folder}-${process.pid}`;
  try {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    await compileLlamaServer(libraries, fresh);
    removeLeftovers(fresh);
    // two at once build the same: the later one's is dropped
    if (!existsSync(folder)) renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return { path, version, built: true };
}

/** @param {string} folder */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    if (name === "source" || name.endsWith(".o")) rmSync(join(folder, name), { recursive: true });
  }
}

/** @param {(line: string) => void} log */
async function ensureTools(log) {
  const missing = Object.entries(tools).filter(([program]) => findPrograms([program]).length === 0);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  if (canInstallDebianPackages()) return installDebianPackages(packages, log);
  const names = missing.map(([program]) => program).join(", ");
  throw new Error(`llama-server cannot be built here: ${names} is not installed.\nRun: ${aptCommand(packages)}`);
}
