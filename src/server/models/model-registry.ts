/** Which models exist: the sample models and the files of the models folder; and which files proved to be bad. */
import { LabError } from "../errors.js";
import { findModelFiles, quantizationOf } from "./model-files.js";
import { ensureSampleModel, type SampleModelId, sampleModels } from "./sample/sample-models.js";

/** A model that can be loaded. */
export interface ModelSource {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly quantization: string | null;
  /** Null for a sample model that was not written yet. */
  readonly sizeBytes: number | null;
  /** Changes when the file does. */
  readonly version: string;
  /** True for a model of our own making: its file is checked when it is written, so it is never to blame. */
  readonly isBuiltIn: boolean;
  /** Absolute path of the file; a sample model is written now if it is not there. */
  readonly path: () => Promise<string>;
}

export class ModelRegistry {
  readonly modelsDir: string;
  #cacheDir: string;
  #bad = new Map<string, { version: string; reason: string }>();

  constructor(modelsDir: string, cacheDir: string) {
    this.modelsDir = modelsDir;
    this.#cacheDir = cacheDir;
  }

  /** Every model, sample models first, then files by id. The folder is read afresh each time. */
  async list(): Promise<ModelSource[]> {
    const samples = sampleModels.map((sample) => this.#sample(sample));
    const taken = new Set<string>(samples.map((sample) => sample.id));
    const files = [...(await findModelFiles(this.modelsDir)).values()].filter((file) => !taken.has(file.id));
    return [
      ...samples,
      ...files.map((file) => ({
        id: file.id,
        name: file.id.split("/").at(-1) ?? file.id,
        description: `A file in the models folder.`,
        quantization: quantizationOf(file.id),
        sizeBytes: file.sizeBytes,
        version: file.version,
        isBuiltIn: false,
        path: () => Promise.resolve(file.path),
      })),
    ];
  }

  /** The model with this id. Refuses with `model_not_found`. */
  async find(id: string): Promise<ModelSource> {
    const sample = sampleModels.find((candidate) => candidate.id === id);
    const source =
      sample === undefined ? (await this.list()).find((candidate) => candidate.id === id) : this.#sample(sample);
    if (source !== undefined) return source;
    const shown = id.length > 80 ? `${id.slice(0, 80)}…` : id;
    throw new LabError(
      "model_not_found",
      `No model is called ${JSON.stringify(shown)}. GET /models/available names the ones that are.`,
      { param: "model_id" },
    );
  }

  /** Remembers that this version of the file cannot be loaded. */
  markBad(source: ModelSource, reason: string): void {
    this.#bad.set(source.id, { version: source.version, reason });
  }

  /** Why this file cannot be loaded; null when it can, or when it changed since. */
  badReason(source: ModelSource): string | null {
    const bad = this.#bad.get(source.id);
    return bad?.version === source.version ? bad.reason : null;
  }

  #sample(sample: { readonly id: SampleModelId; readonly name: string; readonly description: string }): ModelSource {
    return {
      ...sample,
      quantization: "F32",
      sizeBytes: null,
      version: "built in",
      isBuiltIn: true,
      path: () => ensureSampleModel(sample.id, this.#cacheDir),
    };
  }
}
