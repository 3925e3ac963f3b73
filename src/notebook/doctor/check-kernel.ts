/** Whether Jupyter knows the TypeScript kernel. */
import { existsSync, readFileSync } from "node:fs";
import { homedir, platform } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

const repair = "node scripts/install-kernel.mjs";

type KernelInput = Pick<DoctorInput, "env" | "isKernel" | "projectFolder">;

export function checkKernel({ env, isKernel, projectFolder }: KernelInput): Finding {
  if (isKernel) return finding("Kernel", "good", "tslab, running this cell", "Cells run as TypeScript.");
  const files = kernelFiles(env, projectFolder).filter((file) => existsSync(file));
  if (files.length === 0) {
    return finding("Kernel", "warning", "no kernel spec", "Jupyter does not know the TypeScript kernel.", repair);
  }
  const problems = files.map(problemOf);
  const sound = files[problems.indexOf(undefined)];
  if (sound !== undefined) return finding("Kernel", "good", sound, "Jupyter can start the TypeScript kernel.");
  return finding("Kernel", "warning", files[0] as string, problems[0] as string, repair);
}

/** Places of the spec: this project's own, then Jupyter's. Source: jupyter_core, `jupyter_path` and `jupyter_data_dir`. */
function kernelFiles(env: DoctorInput["env"], projectFolder: string): string[] {
  const local = env.XDG_DATA_HOME || join(env.HOME || homedir(), ".local", "share");
  const user = platform() === "darwin" ? join(env.HOME || homedir(), "Library", "Jupyter") : join(local, "jupyter");
  const folders = [
    join(projectFolder, ".locallab", "jupyter-path"),
    ...(env.JUPYTER_PATH ?? "").split(delimiter).filter(isAbsolute),
    env.JUPYTER_DATA_DIR || user,
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ];
  return [...new Set(folders)].map((folder) => join(folder, "kernels", "tslab", "kernel.json"));
}

/** What is wrong with a spec; undefined when its programs are there. */
function problemOf(file: string): string | undefined {
  try {
    const { argv } = JSON.parse(readFileSync(file, "utf8")) as { argv?: unknown };
    if (!Array.isArray(argv) || argv.length === 0) return "The kernel spec names no program.";
    const missing = argv.find((word) => typeof word === "string" && isAbsolute(word) && !existsSync(word));
    return missing === undefined ? undefined : `The kernel spec names ${missing}, which is not there.`;
  } catch {
    return "The kernel spec is no JSON.";
  }
}
