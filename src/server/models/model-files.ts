/**
 * The `.gguf` files of the models folder, as a table from id to path.
 *
 * Ids are looked up in the table and never joined into paths, so no id can name a file outside the folder.
 */
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

export interface ModelFile {
  /** Path below the models folder with `/` between folders and without `.gguf`. */
  readonly id: string;
  /** Absolute path, links resolved. For a split model the first part. */
  readonly path: string;
  /** Bytes, all parts together. */
  readonly sizeBytes: number;
  /** Changes when the file does: size and time of last change. */
  readonly version: string;
}

/** Folders deeper than this are not searched. */
const maxDepth = 5;
/** More files than this are not looked at: such a folder is not a models folder. */
const maxFiles = 10_000;
/** `-00002-of-00003.gguf`: the naming of split models by llama.cpp's gguf-split. */
const splitPart = /-(\d{5})-of-(\d{5})\.gguf$/i;

/** All models below the folder, by id. Empty when the folder does not exist. Links that lead out of it are left out. */
export async function findModelFiles(modelsDir: string): Promise<Map<string, ModelFile>> {
  const found = new Map<string, ModelFile>();
  const root = await realpath(modelsDir).catch(() => undefined);
  if (root === undefined) return found;
  const partSizes = new Map<string, number>();
  for (const path of await listFiles(root, maxDepth)) {
    const inside = await inspect(root, path);
    if (inside === undefined) continue;
    const part = splitPart.exec(path);
    const id = relative(root, path)
      .split(sep)
      .join("/")
      .replace(splitPart, "")
      .replace(/\.gguf$/i, "");
    if (part !== null) partSizes.set(id, (partSizes.get(id) ?? 0) + inside.sizeBytes);
    if (part === null || part[1] === "00001") found.set(id, { id, ...inside });
  }
  for (const [id, sizeBytes] of partSizes) {
    const file = found.get(id);
    if (file !== undefined) found.set(id, { ...file, sizeBytes });
  }
  return found;
}

async function listFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
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

async function inspect(root: string, path: string): Promise<Omit<ModelFile, "id"> | undefined> {
  try {
    const real = await realpath(path);
    if (!real.startsWith(root + sep)) return undefined;
    const { size, mtimeMs, isFile } = await stat(real).then((s) => ({
      size: s.size,
      mtimeMs: s.mtimeMs,
      isFile: s.isFile(),
    }));
    return isFile ? { path: real, sizeBytes: size, version: `${size}:${mtimeMs}` } : undefined;
  } catch {
    // a link that leads nowhere, or a file that vanished meanwhile: not a model
    return undefined;
  }
}

/** The quantization a file name tells (`Q4_K_M`, `F16`, `IQ2_XS` …); null when it does not. */
export function quantizationOf(name: string): string | null {
  return (
    /(?:^|[^A-Za-z0-9])((?:IQ|TQ|Q)\d(?:_[A-Z0-9]+)*|BF16|F16|F32|MXFP4)(?=$|[^A-Za-z0-9])/i
      .exec(name)?.[1]
      ?.toUpperCase() ?? null
  );
}
