/** The models that come with the program: no download, written to the cache folder when first used. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeAtomically } from "./gguf-writer.js";
import { type SampleModelId, sampleCorpora } from "./sample-corpora.js";
import { sampleFile } from "./sample-file.js";
import { sampleTables } from "./sample-language.js";

export type { SampleModelId } from "./sample-corpora.js";

export interface SampleModel {
  readonly id: SampleModelId;
  readonly name: string;
  readonly description: string;
}

export const sampleModels: readonly SampleModel[] = [
  {
    id: "sample",
    name: sampleCorpora.sample.name,
    description: "A built-in toy of about 380 words: friendly, plain answers about a dozen topics.",
  },
  {
    id: "sample-b",
    name: sampleCorpora["sample-b"].name,
    description: "A built-in toy of about 380 words: the same topics, told by an old sailor.",
  },
];

/** Kind of sample model: 2 is graded. It stands in the file name. */
const kindNumber = 2;
/** Characters of the content's SHA-256 in a file name. */
const hashLength = 12;
/** A temporary file older than this belongs to no writer any more; writing takes well under a second. */
const abandonedAfterMs = 600_000;
/**
 * Another release's file that was not read for so long is used no more; until then both releases may be in use.
 * Linux notes a time of reading once a day (mount option relatime).
 */
const unusedAfterMs = 2 * 86_400_000;

interface Content {
  readonly hash: string;
  readonly sizeBytes: number;
}

const contents = new Map<SampleModelId, Content>();

/**
 * Absolute path of a sample model's file, which is written into `samples` under `cacheDir` if it is not there or is
 * damaged. Takes well under a second; several processes may ask at once.
 *
 * The file's name carries a hash of its content, so another release writes another file. Files of other releases are
 * removed when they were not used for two days.
 */
export async function ensureSampleModel(id: SampleModelId, cacheDir: string): Promise<string> {
  const content = contents.get(id) ?? digest(fileOf(id));
  contents.set(id, content);
  const folder = resolve(cacheDir, "samples");
  const name = `${id}-v${kindNumber}-${content.hash.slice(0, hashLength)}.gguf`;
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  if (!(await isWhole(path, content))) await writeAtomically(path, fileOf(id));
  await removeOld(id, folder, name);
  return path;
}

const fileOf = (id: SampleModelId): Iterable<Uint8Array> =>
  sampleFile(sampleCorpora[id].name, sampleTables(id)).bytes();

function digest(pieces: Iterable<Uint8Array>): Content {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    sizeBytes += piece.byteLength;
  }
  return { hash: hash.digest("hex"), sizeBytes };
}

async function isWhole(path: string, content: Content): Promise<boolean> {
  const size = await stat(path).then(
    (entry) => (entry.isFile() ? entry.size : -1),
    () => -1,
  );
  return size === content.sizeBytes && digest([await readFile(path)]).hash === content.hash;
}

/** Removes what earlier releases and interrupted writers left. Best effort: another process may be doing the same. */
async function removeOld(id: SampleModelId, folder: string, current: string): Promise<void> {
  const ours = new RegExp(`^${id}-(?:v\\d+-)?[0-9a-f]{${hashLength}}\\.gguf(\\..+\\.tmp)?$`);
  for (const name of await readdir(folder)) {
    const kind = ours.exec(name);
    if (kind === null || name === current) continue;
    const path = join(folder, name);
    if ((await unusedMs(path)) > (kind[1] === undefined ? unusedAfterMs : abandonedAfterMs))
      await rm(path, { force: true });
  }
}

/** Milliseconds since a file was written or read, whichever is later; 0 when it is gone. */
const unusedMs = (path: string): Promise<number> =>
  stat(path).then(
    (entry) => Date.now() - Math.max(entry.mtimeMs, entry.atimeMs),
    () => 0,
  );
