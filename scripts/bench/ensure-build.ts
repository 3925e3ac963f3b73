import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("../build.mjs", import.meta.url));

/** Compiles the server when its sources changed, so that never an old one is measured. Throws with the compiler's words. */
export async function ensureBuild(signal: AbortSignal): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [script], { signal });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    signal.throwIfAborted();
    throw new Error(`The server cannot be measured because it does not compile.\n${stdout}${stderr}`.trimEnd());
  }
}
