/**
 * The `.gguf` files of the models folder, as a table from id to path.
 *
 * Ids are looked up in the table and never joined into paths, so no id can name a file outside the folder.
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { isShortage } from "../async/shortage.js";
import { LabError } from "../errors.js";

/** One file of a model. */
export interface ModelPart {
  /** Absolute path, links resolved. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Changes when the file does. */
  readonly version: string;
}

export interface ModelFile {
  /** Path below the models folder with `/` between folders and without `.gguf`. */
  readonly id: string;
  /** Absolute path, links resolved. For a split model its first part that is there. */
  readonly path: string;
  /** Bytes, all parts together. */
  readonly sizeBytes: number;
  /** Changes when one of the files does, comes or goes. */
  readonly version: string;
  /** The files that are there, in order; one unless the model is split. */
  readonly parts: readonly ModelPart[];
  /** Numbers of the parts of a split model that are not there, from 1. */
  readonly missing: readonly number[];
}

/** Folders deeper than this are not searched. */
const maxDepth = 5;
/** More files than this are not looked at: such a folder is not a models folder. */
const maxFiles = 10_000;
/** `-00002-of-00003.gguf`: the naming of split models by llama.cpp's gguf-split. */
const splitPart = /-(\d{5})-of-(\d{5})\.gguf$/i;

/**
 * All models below the folder, by id. Empty when the folder does not exist. Links that lead out of it are left out.
 *
 * Refuses with `model_load_interrupted` when this process has no descriptor or memory to read it: "no such model" would be final.
 */
export async function findModelFiles(modelsDir: string): Promise<Map<string, ModelFile>> {
  const found = new Map<string, ModelFile>();
  const root = await unlessMissing(realpath(modelsDir));
  if (root === undefined) return found;
  const splits = new Map<string, Split>();
  for (const path of await listFiles(root, maxDepth)) {
    const part = await inspect(root, path);
    if (part === undefined) continue;
    const [, number, count] = splitPart.exec(path) ?? [];
    const id = idOf(root, path);
    if (number === undefined || count === undefined) found.set(id, modelFile(id, [part], []));
    else addPart(splits, id, Number(count), Number(number), part);
  }
  // of several sets with one name the whole one counts, and a file that is not split before all of them
  const byMissing = [...splits.values()].map((split) => ({ split, missing: missingNumbers(split) }));
  for (const { split, missing } of byMissing.sort((a, b) => a.missing.length - b.missing.length)) {
    if (found.has(split.id) || split.parts.size === 0) continue;
    const inOrder = [...split.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    found.set(split.id, modelFile(split.id, inOrder, missing));
  }
  return found;
}

interface Split {
  readonly id: string;
  readonly partCount: number;
  readonly parts: Map<number, ModelPart>;
}

function addPart(splits: Map<string, Split>, id: string, partCount: number, number: number, part: ModelPart): void {
  const key = `${id} of ${partCount}`;
  const split = splits.get(key) ?? { id, partCount, parts: new Map() };
  splits.set(key, split);
  if (number >= 1 && number <= partCount) split.parts.set(number, part);
}

const missingNumbers = ({ partCount, parts }: Split): number[] =>
  Array.from({ length: partCount }, (_, index) => index + 1).filter((number) => !parts.has(number));

function modelFile(id: string, parts: readonly ModelPart[], missing: readonly number[]): ModelFile {
  return {
    id,
    path: parts[0]?.path ?? "",
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    version: [`-${missing.length}`, ...parts.map((part) => part.version)].join(" "),
    parts,
    missing,
  };
}

const idOf = (root: string, path: string): string =>
  relative(root, path)
    .split(sep)
    .join("/")
    .replace(splitPart, "")
    .replace(/\.gguf$/i, "");

/** Undefined for what is not there or cannot be read, whatever the reason, unless the reason is a shortage. */
async function unlessMissing<Value>(look: Promise<Value>): Promise<Value | undefined> {
  try {
    return await look;
  } catch (cause) {
    if (!isShortage(cause)) return undefined;
    const message = `The models folder cannot be read at this time (${cause.code}). Try again later.`;
    throw new LabError("model_load_interrupted", message, { retryAfterSeconds: 5, cause });
  }
}

async function listFiles(folder: string, depth: number): Promise<string[]> {
  const entries = (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? [];
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 1 && !entry.name.startsWith("."))
      files.push(...(await listFiles(path, depth - 1)));
    else if (/\.gguf$/i.test(entry.name) && !entry.isDirectory()) files.push(path);
    if (files.length > maxFiles) break;
  }
  return files;
}

async function inspect(root: string, path: string): Promise<ModelPart | undefined> {
  // a link that leads nowhere, or a file that vanished meanwhile, is not a model
  const real = await unlessMissing(realpath(path));
  if (real?.startsWith(root + sep) !== true) return undefined;
  const entry = await unlessMissing(stat(real));
  if (entry?.isFile() !== true) return undefined;
  // a file put in the place of another may have its size and its time
  return { path: real, sizeBytes: entry.size, version: `${entry.size}:${entry.mtimeMs}:${entry.ino}` };
}

/** The quantization a file name tells (`Q4_K_M`, `F16`, `IQ2_XS` …); null when it does not. */
export function quantizationOf(name: string): string | null {
  return (
    /(?:^|[^A-Za-z0-9])((?:IQ|TQ|Q)\d(?:_[A-Z0-9]+)*|BF16|F16|F32|MXFP4)(?=$|[^A-Za-z0-9])/i
      .exec(name)?.[1]
      ?.toUpperCase() ?? null
  );
}
