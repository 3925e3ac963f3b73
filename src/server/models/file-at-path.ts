/** A model that its owner names by the path of its file. */
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { inLanes } from "../async/lanes.js";
import { LabError } from "../errors.js";
import { isOfOneModel, type ModelFile, modelsOf } from "./model-files.js";
import { type FoundFile, unlessMissing, versionOf, walkFolder } from "./walk-folder.js";

/** Parts of a split model that are looked at together. */
const lanes = 16;

/**
 * The model of the file at this absolute path; of a split one all parts that lie beside it, whichever is named. Its id is
 * the file's name.
 *
 * Refuses with `model_not_found` what is no file, saying what is there in its place. The sentence has the path in it: it is
 * for the one who typed it.
 */
export async function fileAtPath(path: string): Promise<ModelFile> {
  const shown = JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}…` : path);
  const refuse = (what: string): LabError => new LabError("model_not_found", what, { param: "model_id" });
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (there instanceof Error) {
    const isGone = there.code === "ENOENT" || there.code === "ENOTDIR";
    throw refuse(isGone ? `There is no file at ${shown}.` : `The file at ${shown} cannot be read (${there.code}).`);
  }
  if (there.isDirectory()) throw refuse(await whatIsIn(path, shown));
  if (!there.isFile()) throw refuse(`At ${shown} there is no file that could be read to its end.`);
  const folder = dirname(path);
  const names = ((await unlessMissing(readdir(folder))) ?? []).filter(isOfOneModel(path));
  const found = await inLanes(names.length === 0 ? [basename(path)] : names, lanes, async (name) => {
    const file = await unlessMissing(stat(join(folder, name)));
    const facts = file?.isFile() === true ? { sizeBytes: file.size, version: versionOf(file) } : null;
    return { path: join(folder, name), name, file: facts } satisfies FoundFile;
  });
  const [model] = modelsOf(found).values();
  if (model === undefined) throw refuse(`There is no file at ${shown}.`);
  return model;
}

/** What a person who named a folder finds in it, and how to name that. */
async function whatIsIn(folder: string, shown: string): Promise<string> {
  const [first, second] = await walkFolder(folder);
  if (first === undefined) return `${shown} is a folder without .gguf files. Name the model's file.`;
  const example = JSON.stringify(join(folder, first.name));
  return second === undefined
    ? `${shown} is a folder. Name the file in it: ${example}.`
    : `${shown} is a folder. Name one file, such as ${example}, or make it the models folder with --models-dir.`;
}
