/** Which models exist: the sample models, the files of the models folder and those the owner named; and what is wrong with some. */
import { inLanes } from "../async/lanes.js";
import { SharedRun } from "../async/shared-run.js";
import { settlesWithin } from "../async/within.js";
import type { Caller } from "../engine/caller.js";
import { isModelPath, modelPath } from "../state/model-path.js";
import { meaningOf } from "./alias-names.js";
import { chooseModel } from "./choose-model.js";
import { fileAtPath } from "./file-at-path.js";
import { FileInspector, type Inspection, type Keeper, type ReadHeader } from "./file-inspector.js";
import { findModelFiles, type ModelFile } from "./model-files.js";
import { modelNotFound } from "./model-not-found.js";
import { describedBy, type ModelProblem, type ModelSource, sampleSource, sourceOf } from "./model-source.js";
import { maySee } from "./models.js";
import { sampleModels } from "./sample/sample-models.js";

/** A model, what it is and what stands against loading it. */
export interface SurveyedModel {
  readonly source: ModelSource;
  readonly kind: Inspection["kind"];
  /** What was found in its file; undefined for a sample model, and where that takes too long. */
  readonly inspection: Inspection | undefined;
  readonly problem: ModelProblem | null;
}

/** Files that are looked into at once. */
const lanes = 8;
/** Milliseconds after which a survey does without what a slow disk has to say of the files that are left. */
const patienceMs = 2000;

interface Blame {
  readonly version: string;
  /** The options it was loaded with, where others might do; null where no options would help. */
  readonly options: string | null;
  readonly reason: string;
}

export interface RegistryParts {
  readonly modelsDir: string;
  readonly cacheDir: string;
  /** Other names of models, each as "name=id". Default none. */
  readonly alias?: readonly string[] | undefined;
  /** How the header of a file is read. Default: in this process. */
  readonly readHeader?: ReadHeader | undefined;
  /** Remembers for the next server what headers say. Default: nobody does. */
  readonly kept?: Keeper | undefined;
}

export class ModelRegistry {
  readonly modelsDir: string;
  readonly #samples: readonly ModelSource[];
  readonly #aliases: readonly string[];
  readonly #inspector: FileInspector;
  readonly #blamed = new Map<string, Blame>();
  /** Path of every file that the owner named, by the id it got. */
  readonly #opened = new Map<string, string>();
  readonly #files = new SharedRun(() => this.#readFolder());
  readonly #surveys = new SharedRun(() => this.#survey());

  constructor({ modelsDir, cacheDir, alias = [], readHeader, kept }: RegistryParts) {
    this.modelsDir = modelsDir;
    this.#aliases = alias;
    this.#samples = sampleModels.map((sample) => sampleSource(sample, cacheDir));
    this.#inspector = new FileInspector(readHeader, kept);
  }

  /** Every model, sample models first, then files by id. The folder is read afresh, once for all who ask meanwhile. */
  list(): Promise<readonly ModelSource[]> {
    return this.#files.run();
  }

  /** Every model and what is wrong with it. Shared as `list` is: thousands who ask at once make it read two times. */
  survey(): Promise<readonly SurveyedModel[]> {
    return this.#surveys.run();
  }

  /**
   * The model that a name, or what it is an alias of, means to this caller; to the server itself without one. See `chooseModel`; where `isExact`, the
   * name has to be an id. The owner may give a path.
   *
   * Refuses with `model_not_found`.
   */
  async find(called: string, caller?: Caller, { isExact = false } = {}): Promise<ModelSource> {
    const name = isExact ? called : meaningOf(called, this.#aliases);
    const isOwner = caller === undefined || caller.mayNameFiles === true;
    const sees = (id: string): boolean => caller === undefined || maySee(caller, id);
    const sample = this.#samples.find(({ id }) => id === name && sees(id));
    if (sample !== undefined) return sample;
    if (isOwner && !isExact && isModelPath(name)) return this.#open(modelPath(name));
    const sources = (await this.list()).filter(({ id }) => sees(id));
    const ids = sources.map(({ id }) => id);
    const source = isExact ? sources.find(({ id }) => id === name) : meant(name, sources);
    if (source === undefined) throw modelNotFound(name, ids, { usable: await this.#usable(ids) });
    return source;
  }

  /** Those of the models whose files can be loaded, as far as that is known; all where none can. */
  async #usable(ids: readonly string[]): Promise<readonly string[]> {
    const able = new Set(
      (await this.survey()).filter(({ problem }) => problem === null).map(({ source }) => source.id),
    );
    const usable = ids.filter((id) => able.has(id));
    return usable.length === 0 ? ids : usable;
  }

  /**
   * Looks into the files of a model. Refuses nothing: what is wrong is in the answer.
   *
   * `afresh` reads files again that were read before, and forgets what an engine said of them.
   */
  async inspect(source: ModelSource, { afresh = false } = {}): Promise<Inspection> {
    if (afresh) this.#blamed.delete(source.id);
    return this.#inspector.inspect(await source.parts(), { afresh });
  }

  /** What stands against loading this model, with these options where they are known; null when nothing does. */
  problem(source: ModelSource, { problem, isBad }: Inspection, options?: string): ModelProblem | null {
    if (source.incomplete !== null) return { kind: "incomplete", reason: source.incomplete };
    if (problem !== null) return { kind: isBad ? "bad" : "unreadable", reason: problem };
    const blame = this.#blamed.get(source.id);
    if (blame?.version !== source.version) return null;
    const isMeant = blame.options === null || options === undefined || blame.options === options;
    return isMeant ? { kind: "bad", reason: blame.reason } : null;
  }

  /** Remembers that an engine found this version of the file to be bad, with these options or (null) with any. */
  blame(source: ModelSource, reason: string, options: string | null): void {
    this.#blamed.set(source.id, { version: source.version, options, reason });
  }

  async #readFolder(): Promise<readonly ModelSource[]> {
    const files = await findModelFiles(
      this.modelsDir,
      this.#samples.map(({ id }) => id),
    );
    const sources = [...files.values()].map((file) => sourceOf(file));
    const opened = await Promise.all([...this.#opened].map(([id, path]) => openedSource(id, path)));
    const all = [...sources, ...opened.filter(({ id }) => !files.has(id))];
    this.#inspector.keepOnly(await Promise.all(all.map((source) => source.parts())));
    return [...this.#samples, ...all];
  }

  /** The model of a file by its path: that of the models folder where it is the same file, else one of its own. */
  async #open(path: string): Promise<ModelSource> {
    const file = await fileAtPath(path);
    const sources = await this.list();
    const known = sources.find(
      ({ isBuiltIn, version, id }) => !isBuiltIn && version === file.version && !this.#opened.has(id),
    );
    if (known !== undefined) return known;
    const before = [...this.#opened].find(([, other]) => other === path)?.[0];
    const id = before ?? freeId(file.id, sources);
    this.#opened.set(id, path);
    return sourceOf({ ...file, id }, { isOpened: true });
  }

  async #survey(): Promise<readonly SurveyedModel[]> {
    const until = performance.now() + patienceMs;
    return inLanes(await this.list(), lanes, async (source) => {
      if (source.isBuiltIn) return { source, kind: "text", inspection: undefined, problem: null };
      const look = this.inspect(source);
      const isKnown = await settlesWithin(Math.max(0, until - performance.now()), look);
      if (!isKnown) return { source, kind: null, inspection: undefined, problem: null };
      const inspection = await look;
      return {
        source: describedBy(source, inspection),
        kind: inspection.kind,
        inspection,
        problem: this.problem(source, inspection),
      };
    });
  }
}

/** The one that is meant; of several that are one and the same file, as two snapshots of a model are, the first. */
function meant(name: string, sources: readonly ModelSource[]): ModelSource | undefined {
  const named = chooseModel(
    name,
    sources.map(({ id }) => id),
  );
  if ("near" in named) return undefined;
  const found = sources.filter(({ id }) => ("id" in named ? id === named.id : named.several.includes(id)));
  return new Set(found.map(({ version }) => version)).size === 1 ? found[0] : undefined;
}

/** `name`, or `name (2)` and so on where another model is called so. */
function freeId(name: string, sources: readonly ModelSource[]): string {
  const isTaken = (id: string): boolean => sources.some((source) => source.id === id);
  let id = name;
  for (let number = 2; isTaken(id); number++) id = `${name} (${number})`;
  return id;
}

/** What is at the path of a named file now; a file that has gone stays in the list and says so. */
async function openedSource(id: string, path: string): Promise<ModelSource> {
  const gone: Omit<ModelFile, "id"> = {
    path,
    sizeBytes: 0,
    version: "gone",
    parts: [],
    incomplete: "Its file is not there any more.",
  };
  const file = await fileAtPath(path).catch(() => gone);
  return sourceOf({ ...file, id }, { isOpened: true });
}
