/** A Chromium (or Chrome) for the tests that look at pages. */
import { aptCommand, canInstallDebianPackages, installDebianPackages } from "./debian.mjs";
import { findPrograms } from "./find-program.mjs";
import { runCommand } from "./run-command.mjs";

const programs = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * Finds one that runs, else (root on Debian) installs the system's. When nothing helps, the error holds the command.
 *
 * @param {{ log: (line: string) => void, browsers?: readonly string[] }} options `browsers`: where to look
 * @returns {Promise<{ path: string, version: string, source: "found" | "Debian package" }>}
 */
export async function ensureChromium({ log, browsers = programs }) {
  const found = await findChromium(browsers);
  if (found !== undefined) return { ...found, source: "found" };
  if (canInstallDebianPackages()) {
    await installDebianPackages(["chromium"], log);
    const installed = await findChromium(programs);
    if (installed !== undefined) return { ...installed, source: "Debian package" };
  }
  throw new Error(`No Chromium or Chrome was found that runs.\nRun: ${aptCommand(["chromium"])}`);
}

/** @param {readonly string[]} browsers */
async function findChromium(browsers) {
  for (const path of findPrograms(browsers)) {
    const { code, output } = await runCommand(path, ["--version"], { timeoutMs: 30_000 });
    const version = /\d+(\.\d+)+/.exec(output)?.[0];
    if (code === 0 && version !== undefined) return { path, version };
  }
  return undefined;
}
