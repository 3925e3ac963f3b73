/** Which Jupyter is there. */
import { execFile } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

/** Milliseconds Jupyter gets to say its version. */
const versionTimeoutMs = 2000;

/** Says the versions as `jupyter --version` does, without importing all of Jupyter for it. */
const quickVersions = [
  "from importlib.metadata import version, PackageNotFoundError",
  "for name in ('jupyterlab', 'notebook'):",
  "  try: print(name, ':', version(name))",
  "  except PackageNotFoundError: pass",
].join("\n");

export async function checkJupyter({ env, isKernel, projectFolder }: DoctorInput): Promise<Finding> {
  const program = findJupyter(projectFolder, env.PATH ?? "");
  if (program === undefined) {
    return isKernel
      ? finding("Jupyter", "good", "this notebook's, not in PATH", "It runs this cell.")
      : finding(
          "Jupyter",
          "warning",
          "not found",
          "Notebooks need it; the server and the terminal do not.",
          "npm start",
        );
  }
  const versions = await askVersions(program);
  if (typeof versions !== "string") {
    return versions.problem === "took too long"
      ? finding("Jupyter", "good", program, "It was too busy to say its version.")
      : finding("Jupyter", "warning", program, "It does not start: this shows why.", `${program} --version`);
  }
  const parts = [...versions.matchAll(/^(jupyterlab|notebook)\s*:\s*(\d\S*)/gm)];
  const shown = parts.map(([, name, version]) => `${name} ${version}`).join(", ");
  return shown === ""
    ? finding("Jupyter", "warning", `${program}, no front end`, "JupyterLab opens notebooks.", "pip install jupyterlab")
    : finding("Jupyter", "good", `${shown} (${program})`, "It can open the notebooks.");
}

function askVersions(program: string): Promise<QuickAnswer> {
  // a script of its Python's: that Python knows what is installed
  const python = /^#!\s*(\/\S*python[\d.]*)\s*$/m.exec(firstLine(program))?.[1];
  return python === undefined
    ? runQuickly(program, ["--version"], versionTimeoutMs)
    : runQuickly(python, ["-c", quickVersions], versionTimeoutMs);
}

/** What it printed, stdout and stderr together; or why it did not. */
type QuickAnswer = string | { readonly problem: "failed" | "took too long" };

/** Asks a program something that it says at once, and ends it after `timeoutMs`. Never fails. */
function runQuickly(program: string, args: readonly string[], timeoutMs: number): Promise<QuickAnswer> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: timeoutMs, killSignal: "SIGKILL", encoding: "utf8" }, (error, stdout, stderr) =>
      resolve(error ? { problem: error.killed ? "took too long" : "failed" } : stdout + stderr),
    );
  });
}

/** The one this project made for itself comes first, as when the project starts Jupyter. */
function findJupyter(projectFolder: string, path: string): string | undefined {
  const folders = [join(projectFolder, ".locallab", "jupyter", "bin"), ...path.split(delimiter).filter(isAbsolute)];
  return folders.map((folder) => join(folder, "jupyter")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, "utf8").split("\n", 1)[0] ?? "";
  } catch {
    return "";
  }
}
