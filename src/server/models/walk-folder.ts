/**
 * The `.gguf` files below a folder, by the names they have there.
 *
 * Links are followed, to files and to folders, also out of the folder: only its owner can have put them there. A file keeps
 * the name it was found by, since the name of a link says more than that of its target (which part, which model).
 */
import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { inLanes } from "../async/lanes.js";
import { isShortage } from "../async/shortage.js";
import { LabError } from "../errors.js";

/** One file that is called a model. */
export interface FoundFile {
  /** Absolute path as it was found, links in it. */
  readonly path: string;
  /** Path below the folder that was searched, `/` between folders. */
  readonly name: string;
  /** Null for a link to something that is not there, or may not be looked at. */
  readonly file: { readonly sizeBytes: number; readonly version: string } | null;
}

/** Folders deeper than this are not searched. Source: twice what the caches of Hugging Face and LM Studio need, and some. */
const maxDepth = 32;
/** More than this are not looked at: such a folder is not a models folder. */
const maxFiles = 10_000;
const maxFolders = 10_000;
/** Names that one folder may be found by, through links: with folders that link to each other there are endlessly many. */
const mostNames = 4;
/** Files that are looked at together. */
const lanes = 16;
/** Files of the kernel, not of people: without end, and some of them wait when they are opened. */
const kernelFolders = /^\/(?:proc|sys|dev)(?:\/|$)/;

interface Folder {
  readonly path: string;
  readonly name: string;
  /** Itself and the folders above it, links resolved: a link to one of them is a loop. */
  readonly reals: readonly string[];
}

interface Entries {
  readonly folders: readonly Folder[];
  readonly files: readonly FoundFile[];
}

/**
 * All of them, in the order of their depth and names; empty when the folder does not exist.
 *
 * Refuses with `model_load_interrupted` when this process has no descriptor or memory to look.
 */
export async function walkFolder(root: string): Promise<FoundFile[]> {
  const real = await unlessMissing(realpath(root));
  const found: FoundFile[] = [];
  const seen = new Map<string, number>();
  let level: readonly Folder[] = real === undefined ? [] : [{ path: root, name: "", reals: [real] }];
  for (let depth = 1; level.length > 0 && depth <= maxDepth; depth++) {
    const next: Folder[] = [];
    for (const { folders, files } of await inLanes(level, lanes, look)) {
      found.push(...files);
      for (const folder of folders) {
        const at = folder.reals.at(-1) as string;
        const times = (seen.get(at) ?? 0) + 1;
        if (times > mostNames || seen.size > maxFolders || found.length > maxFiles) continue;
        seen.set(at, times);
        next.push(folder);
      }
    }
    level = next;
  }
  return found.slice(0, maxFiles);
}

async function look(folder: Folder): Promise<Entries> {
  const entries = (await unlessMissing(readdir(folder.path, { withFileTypes: true }))) ?? [];
  const ours = entries.filter(
    (entry) => !entry.name.startsWith(".") && (isModelName(entry.name) || mayBeFolder(entry)),
  );
  const folders: Folder[] = [];
  const files: FoundFile[] = [];
  for (const entry of ours.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder.path, entry.name);
    const name = folder.name === "" ? entry.name : `${folder.name}/${entry.name}`;
    const found = await unlessMissing(stat(path));
    if (found?.isDirectory()) folders.push(...(await folderAt(path, name, folder.reals, entry.isSymbolicLink())));
    else if (!isModelName(entry.name)) continue;
    else if (found?.isFile()) files.push({ path, name, file: { sizeBytes: found.size, version: versionOf(found) } });
    else if (found === undefined && entry.isSymbolicLink()) files.push({ path, name, file: null });
  }
  return { folders, files };
}

const isModelName = (name: string): boolean => /\.gguf$/i.test(name);
const mayBeFolder = (entry: Dirent): boolean => entry.isDirectory() || entry.isSymbolicLink();

/** The folder, unless it is a loop or one of the kernel's. */
async function folderAt(path: string, name: string, above: readonly string[], isLink: boolean): Promise<Folder[]> {
  const real = isLink ? await unlessMissing(realpath(path)) : join(above.at(-1) as string, basename(path));
  if (real === undefined || above.includes(real) || kernelFolders.test(real)) return [];
  return [{ path, name, reals: [...above, real] }];
}

/** Changes when the file does: one that is put in the place of another may have its size and its time. */
export const versionOf = (file: { readonly size: number; readonly mtimeMs: number; readonly ino: number }): string =>
  `${file.size}:${file.mtimeMs}:${file.ino}`;

/** Undefined for what is not there or cannot be read, whatever the reason, unless the reason is a shortage. */
export async function unlessMissing<Value>(look: Promise<Value>): Promise<Value | undefined> {
  try {
    return await look;
  } catch (cause) {
    if (!isShortage(cause)) return undefined;
    const message = `The models folder cannot be read at this time (${cause.code}). Try again later.`;
    throw new LabError("model_load_interrupted", message, { retryAfterSeconds: 5, cause });
  }
}
