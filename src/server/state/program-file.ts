/** How a child process is started when the program runs from its TypeScript source, as the tests do. */
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface ProgramFile {
  /** Absolute path of the file to run. */
  readonly path: string;
  /** Arguments of node that stand before it. */
  readonly execArgv: string[];
}

/** The program at `relativePath` (without extension) beside the module `from`: `.js` when built, `.ts` from source. */
export function programFile(from: string, relativePath: string): ProgramFile {
  const fromSource = from.endsWith(".ts");
  const path = fileURLToPath(new URL(`${relativePath}.${fromSource ? "ts" : "js"}`, from));
  if (!fromSource) return { path, execArgv: [] };
  // an absolute address: the child's folder may be another
  const loader = pathToFileURL(createRequire(from).resolve("tsx")).href;
  return { path, execArgv: ["--import", loader] };
}
