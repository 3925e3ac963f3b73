import { existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { starterModelPath } from "../../test/support/starter-model.js";
import { writeRandomModel } from "../make-model.js";
import type { ModelName } from "./bench-options.js";

/** Kept from run to run; git ignores it. */
const folder = fileURLToPath(new URL("../../.locallab/bench", import.meta.url));

export interface BenchModel {
  /** Its id for the server. */
  readonly id: string;
  /** Folder of the file; null for the embedded model. */
  readonly modelsDir: string | null;
  readonly path: string | null;
}

/**
 * The model to measure with; a random-weight one is written on first use (seconds, up to 350 MB). Throws with the command
 * that fetches the starter model where it is asked for and not there.
 */
export async function benchModel(name: ModelName): Promise<BenchModel> {
  if (name === "sample") return { id: "sample", modelsDir: null, path: null };
  if (name === "smollm2") {
    const path = await starterModelPath();
    return { id: basename(path, ".gguf"), modelsDir: dirname(path), path };
  }
  const id = `${name}-Q4_0`;
  const path = join(folder, name, `${id}.gguf`);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) await writeRandomModel(name, "Q4_0", path);
  return { id, modelsDir: dirname(path), path };
}
