/** A model that can be loaded, from whatever place: what is known of it before its file is opened. */
import { stat } from "node:fs/promises";
import { describeFile } from "./describe-file.js";
import type { Inspection } from "./file-inspector.js";
import { type ModelFile, type ModelPart, quantizationOf } from "./model-files.js";
import { ensureSampleModel, type SampleModel } from "./sample/sample-models.js";

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
  /** How much of a model is missing, as a sentence; null when all of it is there. */
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

/** A file as a model; `isOpened`: one that the owner named by its path. */
export function sourceOf(file: ModelFile, { isOpened = false } = {}): ModelSource {
  return {
    id: file.id,
    name: file.id.split("/").at(-1) ?? file.id,
    description: isOpened ? "A file of the owner's." : "A file in the models folder.",
    quantization: quantizationOf(file.id),
    sizeBytes: file.sizeBytes,
    version: file.version,
    isBuiltIn: false,
    incomplete: file.incomplete,
    parts: () => Promise.resolve(file.parts),
  };
}

export function sampleSource(sample: SampleModel, cacheDir: string): ModelSource {
  return {
    ...sample,
    quantization: "F32",
    sizeBytes: null,
    version: "built in",
    isBuiltIn: true,
    incomplete: null,
    parts: async () => {
      const path = await ensureSampleModel(sample.id, cacheDir);
      return [{ path, sizeBytes: (await stat(path)).size, version: path }];
    },
  };
}

/** The same model, in the words of its own header where there are some. */
export function describedBy(source: ModelSource, { facts }: Inspection): ModelSource {
  if (source.isBuiltIn || facts === null) return source;
  const quantization = source.quantization ?? facts.quantization;
  return { ...source, quantization, description: describeFile(facts, quantization) || source.description };
}
