/** The whole server with the starter model, which a folder of its own holds under one name for all tests. */
import { copyFileSync, linkSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../src/server/settings/read-settings.js";
import { type RealServer, startRealServer } from "./real-server.js";
import { starterModelPath } from "./starter-model.js";
import { temporaryFolder } from "./temp-folder.js";

/** Its id in these tests. */
export const starterId = "smollm2-135m-instruct";

/** A folder with the starter model in it, as itself and not as a link to elsewhere. */
export async function starterModelsFolder(): Promise<string> {
  const folder = temporaryFolder();
  const [from, to] = [await starterModelPath(), join(folder, `${starterId}.gguf`)];
  try {
    linkSync(from, to);
  } catch {
    // another file system
    copyFileSync(from, to);
  }
  return folder;
}

/** One thread unless told otherwise: others share the processor, and bits do not depend on them. */
export async function startStarterServer(over: Partial<Settings> = {}): Promise<RealServer> {
  return startRealServer({ model: starterId, modelsDir: await starterModelsFolder(), threads: 1, ...over });
}
