/**
 * The models of a folder of `.gguf` files, as a table from id to path.
 *
 * Ids are looked up in the table and never joined into paths, so no id can name a file that was not found there.
 */
import { basename } from "node:path";
import { type FoundFile, walkFolder } from "./walk-folder.js";

/** One file of a model. */
export interface ModelPart {
  /** Absolute path as it was found: parts of a split model know each other by name, also behind links. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Changes when the file does. */
  readonly version: string;
}

export interface ModelFile {
  /** Path below the models folder with `/` between folders and without `.gguf`. */
  readonly id: string;
  /** Absolute path as it was found. For a split model its first part that is there. */
  readonly path: string;
  /** Bytes, all parts together. */
  readonly sizeBytes: number;
  /** Changes when one of the files does, comes or goes. */
  readonly version: string;
  /** The files that are there, in order; one unless the model is split. */
  readonly parts: readonly ModelPart[];
  /** How much of the model is not there, as a sentence without paths; null when all of it is. */
  readonly incomplete: string | null;
}

/** `-00002-of-00003.gguf`: the naming of split models by llama.cpp's gguf-split. */
const splitPart = /-(\d{5})-of-(\d{5})\.gguf$/i;

/** The name of a model file without what says that it is one, and which part. */
export const withoutEnding = (name: string): string => name.replace(splitPart, "").replace(/\.gguf$/i, "");

/**
 * All models below the folder, by id. Empty when the folder does not exist.
 *
 * A file whose id another one has already, or that is one of `taken`, keeps its `.gguf`. Refuses with
 * `model_load_interrupted` when this process has no descriptor or memory to look: "no such model" would be final.
 */
export async function findModelFiles(
  modelsDir: string,
  taken: readonly string[] = [],
): Promise<Map<string, ModelFile>> {
  return modelsOf(await walkFolder(modelsDir), taken);
}

/** What `findModelFiles` makes of the files it finds. */
export function modelsOf(files: readonly FoundFile[], taken: readonly string[] = []): Map<string, ModelFile> {
  const models = new Map<string, ModelFile>();
  const splits = new Map<string, Split>();
  for (const found of files) {
    const [, number, count] = splitPart.exec(found.name) ?? [];
    if (number === undefined || count === undefined) {
      const id = freeId(found.name, (one) => models.has(one) || taken.includes(one));
      if (id !== undefined) models.set(id, modelFile(id, [found], []));
    } else {
      addPart(splits, found, Number(count), Number(number));
    }
  }
  // of several sets with one name the whole one counts, and a file that is not split before all of them
  const byMissing = [...splits.values()].map((split) => ({ split, missing: missingNumbers(split) }));
  for (const { split, missing } of byMissing.sort((a, b) => a.missing.length - b.missing.length)) {
    if (models.has(split.id) || taken.includes(split.id) || split.parts.size === 0) continue;
    const inOrder = [...split.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    models.set(split.id, modelFile(split.id, inOrder, missing));
  }
  return models;
}

/** What a keyboard types: the composed form of accents. Files named on a Mac have the other one. */
const typed = (name: string): string => name.normalize("NFC");

/** The plainest id that is still free: without ending, with it, and as the disk spells it. */
function freeId(name: string, isTaken: (id: string) => boolean): string | undefined {
  return [withoutEnding(typed(name)), typed(name), name].find((id) => !isTaken(id));
}

interface Split {
  readonly id: string;
  readonly partCount: number;
  readonly parts: Map<number, FoundFile>;
}

function addPart(splits: Map<string, Split>, part: FoundFile, partCount: number, number: number): void {
  const id = withoutEnding(typed(part.name));
  const key = `${id} of ${partCount}`;
  const split = splits.get(key) ?? { id, partCount, parts: new Map() };
  splits.set(key, split);
  if (number >= 1 && number <= partCount) split.parts.set(number, part);
}

const missingNumbers = ({ partCount, parts }: Split): number[] =>
  Array.from({ length: partCount }, (_, index) => index + 1).filter(
    (number) => (parts.get(number)?.file ?? null) === null,
  );

function modelFile(id: string, found: readonly FoundFile[], missing: readonly number[]): ModelFile {
  const parts = found.flatMap(({ path, file }): ModelPart[] => (file === null ? [] : [{ path, ...file }]));
  return {
    id,
    path: parts[0]?.path ?? found[0]?.path ?? "",
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    version: [`-${missing.length}`, ...parts.map((part) => part.version)].join(" "),
    parts,
    incomplete: missing.length > 0 ? missingParts(parts.length, missing) : parts.length === 0 ? deadLink : null,
  };
}

const deadLink = "Its file is a link to something that is not there, or that this server's user may not look at.";

function missingParts(there: number, missing: readonly number[]): string {
  const all = there + missing.length;
  const names = missing.length === 1 ? `part ${missing[0]} of ${all} is` : `parts ${listed(missing)} of ${all} are`;
  return `${there} of ${all} parts are there: ${names} missing.`;
}

const listed = (numbers: readonly number[]): string =>
  numbers.length <= 5 ? numbers.join(", ") : `${numbers.slice(0, 4).join(", ")} and ${numbers.length - 4} more`;

/** Files that belong to the same model as the one of this name: itself, or the other parts. */
export function isOfOneModel(path: string): (other: string) => boolean {
  const name = basename(path);
  const [suffix, , count] = splitPart.exec(name) ?? [];
  if (suffix === undefined) return (other) => other === name;
  const stem = name.slice(0, -suffix.length);
  return (other) => {
    const [itsSuffix, , itsCount] = splitPart.exec(other) ?? [];
    return itsSuffix !== undefined && itsCount === count && other.slice(0, -itsSuffix.length) === stem;
  };
}

/** The quantization a file name tells (`Q4_K_M`, `F16`, `IQ2_XS` …); null when it does not. */
export function quantizationOf(name: string): string | null {
  return (
    /(?:^|[^A-Za-z0-9])((?:IQ|TQ|Q)\d(?:_[A-Z0-9]+)*|BF16|F16|F32|MXFP4)(?=$|[^A-Za-z0-9])/i
      .exec(name)?.[1]
      ?.toUpperCase() ?? null
  );
}
