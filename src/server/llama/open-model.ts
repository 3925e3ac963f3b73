import { statSync } from "node:fs";
import type { Llama, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import { readableBytes } from "../engine/context-bytes.js";
import type { EngineOptions, LoadedModel } from "../engine/local/messages.js";
import { reclaimableMemoryBytes } from "../machine/container.js";
import { LoadFailed } from "./load-failed.js";
import { writtenFor } from "./native-context.js";
import type { NativeLog } from "./native-log.js";
import { readHeadersQuickly } from "./quick-header.js";

/** A model whose weights are read, without a context. */
export interface OpenModel {
  readonly llama: Llama;
  readonly model: LlamaModel;
  /** Bytes of the machine's memory that were free, or could be, before it was read. */
  readonly before: number;
}

/** Starts the backend and reads the file; `onProgress` gets growing shares from 0 to 1. Throws `LoadFailed` with the reason. */
export async function openModel(
  options: EngineOptions,
  log: NativeLog,
  onProgress: (fraction: number) => void,
): Promise<OpenModel> {
  const llama = await startBackend(options, log);
  const before = reclaimableMemoryBytes();
  if (llama.gpu === false) refuseLargerThan(before, options.modelPath);
  return { llama, model: await readModel(llama, options, log, onProgress), before };
}

type WeightFacts = Pick<
  LoadedModel,
  "trainContext" | "architecture" | "parameters" | "sizeBytes" | "backend" | "devices" | "gpuLayers" | "totalLayers"
>;

/** What is known of a model whatever it is for. */
export async function weightFacts(llama: Llama, model: LlamaModel): Promise<WeightFacts> {
  const { totalLayers, totalParameters } = model.fileInsights;
  return {
    trainContext: model.trainContextSize,
    architecture: model.architecture,
    parameters: totalParameters,
    sizeBytes: model.size,
    backend: llama.gpu === false ? "cpu" : llama.gpu,
    devices: llama.gpu === false ? [] : await llama.getGpuDeviceNames(),
    gpuLayers: Math.min(model.gpuLayers, totalLayers),
    totalLayers,
  };
}

/** Weights that do not fit are read from the disk again for each token, or end the process where they are copied. */
function refuseLargerThan(freeBytes: number, modelPath: string): void {
  const size = statSync(modelPath, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= freeBytes) return;
  throw new LoadFailed(
    "out-of-memory",
    `The model takes ${readableBytes(size)}, and ${readableBytes(freeBytes)} are free for it.`,
  );
}

async function startBackend(options: EngineOptions, log: NativeLog): Promise<Llama> {
  let reason: string;
  try {
    const { getLlama, getModuleVersion, LlamaLogLevel } = await import("node-llama-cpp");
    const version = await getModuleVersion();
    if (version !== writtenFor) {
      log.warn(`node-llama-cpp is ${version}; this engine was written for ${writtenFor}. "npm ci" installs that one.`);
    } else {
      await readHeadersQuickly();
    }
    const llama = await getLlama({
      build: "never",
      gpu: options.gpu === "off" ? false : options.gpu,
      maxThreads: options.threads,
      logLevel: LlamaLogLevel.warn,
      logger: log.write,
      progressLogs: false,
    });
    if (options.gpu === "auto" || options.gpu === "off" || llama.gpu === options.gpu) return llama;
    reason = "no device answers to it";
  } catch (error) {
    reason = messageOf(error).includes("NoBinaryFound") ? "no library for it works here" : messageOf(error);
  }
  throw new LoadFailed(
    "backend",
    `The backend "${options.gpu}" is not usable on this machine: ${reason}. Set gpu to "auto" or "off" to run on what there is.`,
  );
}

async function readModel(
  llama: Llama,
  options: EngineOptions,
  log: NativeLog,
  onProgress: (fraction: number) => void,
): Promise<LlamaModel> {
  log.forget();
  try {
    return await llama.loadModel({ modelPath: options.modelPath, onLoadProgress: onProgress });
  } catch (error) {
    const { InsufficientMemoryError } = await import("node-llama-cpp");
    if (error instanceof InsufficientMemoryError) {
      throw new LoadFailed("out-of-memory", `The model does not fit into memory: ${messageOf(error)}`, error);
    }
    throw new LoadFailed("bad-file", log.reason() ?? describe(error), error);
  }
}

/** Errors of the file system speak for themselves; those of the library's own reader do not. */
function describe(error: unknown): string {
  const isFileSystem = error instanceof Error && "syscall" in error;
  return isFileSystem ? messageOf(error) : `The file is not a readable GGUF model (${messageOf(error)}).`;
}
