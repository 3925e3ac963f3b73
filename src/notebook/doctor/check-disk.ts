/** Free space where models are kept. */
import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { absolutePath } from "../../server/state/absolute-path.js";
import { cacheFolder } from "../../server/state/lab-folders.js";
import { bytesText } from "../displays/units.js";
import type { DoctorInput } from "./doctor-input.js";
import { existingFolder } from "./existing-folder.js";
import { type Finding, finding } from "./finding.js";

const gibibyte = 1024 ** 3;
/** Below this the sample models, some MiB, and logs may not fit. */
const badBytes = gibibyte / 8;
/** A model of 7 billion parameters at 4 bits is a file of about 4.4 GiB. */
const roomyBytes = 5 * gibibyte;

/** One finding per disk. */
export async function checkDisk({ env, labs }: DoctorInput): Promise<Finding[]> {
  const cache = cacheFolder(env);
  const models = labs.map(({ settings }) => settings.modelsDir).filter((dir) => typeof dir === "string");
  const wanted = env.LOCALLAB_MODELS_DIR ? absolutePath(env.LOCALLAB_MODELS_DIR) : join(cache, "models");
  const places = new Map<number, { folder: string; freeBytes: number }>();
  for (const folder of new Set([cache, wanted, ...models])) {
    const existing = existingFolder(folder);
    const [{ dev }, { bavail, bsize }] = await Promise.all([stat(existing), statfs(existing)]);
    if (!places.has(dev)) places.set(dev, { folder, freeBytes: bavail * bsize });
  }
  return [...places.values()].map(({ folder, freeBytes }) => judged(folder, freeBytes));
}

function judged(folder: string, freeBytes: number): Finding {
  const found = `${bytesText(freeBytes)} free at ${folder}`;
  const fix = `du -ah ${JSON.stringify(folder)} | sort -rh | head`;
  if (freeBytes < badBytes) return finding("Disk", "bad", found, "Not even the sample models fit: make room.", fix);
  if (freeBytes < roomyBytes) return finding("Disk", "warning", found, "Small models fit; a 7 B one needs 5 GiB.", fix);
  return finding("Disk", "good", found, "There is room for models.");
}
