/** The small real model for embeddings, as a file that engines load. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bertFile } from "../../scripts/models/bert/bert-file.js";
import { embeddingModelFolder, ensureEmbeddingModel } from "../../scripts/setup/embedding-model.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";

/** Whether tests that need it are to be left out, as `LOCALLAB_TEST_SKIP` says. */
export const isEmbeddingModelSkipped = (): boolean => skippedParts().has("embedding-model");

/** Id of the model where its folder is the models folder. */
export const embeddingModelId = "all-minilm-l6-v2";

/** Folder with the model's file alone; fetched and converted unless it is there. */
export async function embeddingModelsFolder(): Promise<string> {
  const { folder } = await ensureEmbeddingModel({ log: () => {} });
  const path = join(folder, `${embeddingModelId}.gguf`);
  // written beside its place and moved, so a file that is there is whole
  if (!existsSync(path)) await bertFile(folder, { name: "all-MiniLM-L6-v2", type: "F16" }).write(path);
  return embeddingModelFolder;
}
