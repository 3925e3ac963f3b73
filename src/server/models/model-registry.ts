/** Which models exist: the sample models and the files of the models folder; and what is wrong with some of them. */
import { stat } from "node:fs/promises";
import { inLanes } from "../async/lanes.js";
import { SharedRun } from "../async/shared-run.js";
import { settlesWithin } from "../async/within.js";
import { LabError } from "../errors.js";
import { FileInspector, type Inspection } from "./file-inspector.js";
import { findModelFiles, type ModelFile, type ModelPart, quantizationOf } from "./model-files.js";
import { ensureSampleModel, type SampleModel, sampleModels } from "./sample/sample-models.js";

/** A model that can be loaded. */
export interface ModelSource {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly quantization: string | null;
  /** Null for a sample model: its file is written when it is first used. */
  readonly sizeBytes: number | null;
  /** Changes when one of the files does. */
  readonly version: string;
  /** True for a model of our own making: its file is checked when it is written, so it is never to blame. */
  readonly isBuiltIn: boolean;
  /** How much of a split model is missing, as a sentence; null when all of it is there. */
  readonly incomplete: string | null;
  /** Its files in order; a sample model is written now if it is not there. */
  readonly parts: () => Promise<readonly ModelPart[]>;
}

/** What stands against loading a model. Only the content of a file makes it `bad`. */
export interface ModelProblem {
  readonly kind: "bad" | "incomplete" | "unreadable";
  /** A sentence without paths. */
  readonly reason: string;
}

/** A model and what stands against loading it. */
export interface SurveyedModel {
  readonly source: ModelSource;
  readonly problem: ModelProblem | null;
}

/** Files that are looked into at once. */
const lanes = 8;
/** Milliseconds after which a survey does without what a slow disk has to say of a file. */
const patienceMs = 2000;

interface Blame {
  readonly version: string;
  /** The options it was loaded with, where others might do; null where no options would help. */
  readonly options: string | null;
  readonly reason: string;
}

export class ModelRegistry {
  readonly modelsDir: string;
  readonly #cacheDir: string;
  readonly #inspector = new FileInspector();
  readonly #blamed = new Map<string, Blame>();
  readonly #files = new SharedRun(() => this.#readFolder());
  readonly #surveys = new SharedRun(() => this.#survey());

  constructor(modelsDir: string, cacheDir: string) {
    this.modelsDir = modelsDir;
    this.#cacheDir = cacheDir;
  }

  /** Every model, sample models first, then files by id. The folder is read afresh, once for all who ask meanwhile. */
  list(): Promise<readonly ModelSource[]> {
    return this.#files.run();
  }

  /** Every model and what is wrong with it. Shared as `list` is: thousands who ask at once make it read two times. */
  survey(): Promise<readonly SurveyedModel[]> {
    return this.#surveys.run();
  }

  async #readFolder(): Promise<readonly ModelSource[]> {
    const samples = sampleModels.map((sample) => this.#sample(sample));
    const taken = new Set<string>(samples.map((sample) => sample.id));
    const files = [...(await findModelFiles(this.modelsDir)).values()].filter((file) => !taken.has(file.id));
    this.#inspector.keepOnly(files.map(({ parts }) => parts));
    return [...samples, ...files.map(sourceOf)];
  }

  /** The model with this id. Refuses with `model_not_found`. */
  async find(id: string): Promise<ModelSource> {
    const sample = sampleModels.find((candidate) => candidate.id === id);
    const source =
      sample === undefined ? (await this.list()).find((candidate) => candidate.id === id) : this.#sample(sample);
    if (source === undefined) throw modelNotFound(id);
    return source;
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

  async #survey(): Promise<readonly SurveyedModel[]> {
    return inLanes(await this.list(), lanes, async (source) => {
      if (source.isBuiltIn) return { source, problem: null };
      const look = this.inspect(source);
      const isKnown = await settlesWithin(patienceMs, look);
      return { source, problem: isKnown ? this.problem(source, await look) : null };
    });
  }

  #sample(sample: SampleModel): ModelSource {
    return {
      ...sample,
      quantization: "F32",
      sizeBytes: null,
      version: "built in",
      isBuiltIn: true,
      incomplete: null,
      parts: async () => {
        const path = await ensureSampleModel(sample.id, this.#cacheDir);
        return [{ path, sizeBytes: (await stat(path)).size, version: path }];
      },
    };
  }
}

function sourceOf(file: ModelFile): ModelSource {
  return {
    id: file.id,
    name: file.id.split("/").at(-1) ?? file.id,
    description: "A file in the models folder.",
    quantization: quantizationOf(file.id),
    sizeBytes: file.sizeBytes,
    version: file.version,
    isBuiltIn: false,
    incomplete: file.missing.length === 0 ? null : missingParts(file),
    parts: () => Promise.resolve(file.parts),
  };
}

function missingParts({ parts, missing }: ModelFile): string {
  const all = parts.length + missing.length;
  const names = missing.length === 1 ? `part ${missing[0]} is` : `parts ${listed(missing)} are`;
  return `${parts.length} of ${all} parts are there: ${names} missing.`;
}

const listed = (numbers: readonly number[]): string =>
  numbers.length <= 5 ? numbers.join(", ") : `${numbers.slice(0, 4).join(", ")} and ${numbers.length - 4} more`;

/** The same words whether there is no such model or whether the caller may not know that there is one. */
export function modelNotFound(id: string): LabError {
  const shown = id.length > 80 ? `${id.slice(0, 80)}…` : id;
  return new LabError(
    "model_not_found",
    `No model is called ${JSON.stringify(shown)}. GET /models/available names the ones that are.`,
    { param: "model_id" },
  );
}
