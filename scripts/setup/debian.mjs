/** Debian packages, for whoever may install them. */
import { existsSync } from "node:fs";
import { mustRun } from "./run-command.mjs";

/** Whether packages can be installed without asking anybody. */
export const canInstallDebianPackages = () => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

/** The command a user without these rights runs. */
export const aptCommand = (/** @type {readonly string[]} */ packages) =>
  `sudo apt-get install -y ${packages.join(" ")}`;

/**
 * Installs packages; only root can.
 *
 * @param {readonly string[]} packages
 * @param {(line: string) => void} log
 */
export async function installDebianPackages(packages, log) {
  log(`apt-get install ${packages.join(" ")}, which takes a minute or two …`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await mustRun("apt-get", ["update"], { env });
  await mustRun("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
}
