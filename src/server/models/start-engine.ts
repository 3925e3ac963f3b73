/** Starts the engine of a model, as the settings say. Tests give another. */
import { randomBytes } from "node:crypto";
import type { Engine } from "../engine/engine.js";
import { LocalEngine } from "../engine/local/local-engine.js";
import type { Log } from "../log.js";
import { availableMemoryBytes } from "../machine/container.js";
import type { Settings } from "../settings/read-settings.js";
import { makeKeptFolder, removeKept } from "../state/kept-folder.js";
import { type LoadableKind, loadableKinds } from "./file-kinds.js";

export interface EngineWish {
  readonly modelId: string;
  /** Absolute path of the file; of the first one of a split model. */
  readonly path: string;
  readonly context: number | "auto";
  readonly slots: number;
  /** What the file is made for. */
  readonly kind: LoadableKind;
  /** A chat template in the place of the file's own; undefined for that one. */
  readonly chatTemplate: string | undefined;
  /** Called with growing shares from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  /** Ends the load; the engine's process is gone once the promise has settled. */
  readonly signal: AbortSignal;
}

/** Resolves with an engine that answers. Refuses with `LoadError`. */
export type StartEngine = (wish: EngineWish) => Promise<Engine>;

/** `onProcess` gets the process number of every engine, also of one that came back. */
export const startLocalEngine =
  (settings: Settings, log: Log, onProcess?: (pid: number) => void): StartEngine =>
  async ({ modelId, path, context, slots, kind, chatTemplate, onProgress, signal }) => {
    const { gpu, threads, prefillChunk, waiting, loadTimeoutSeconds, conversationMemory: bytes } = settings;
    const engine = randomBytes(8).toString("hex");
    const folder = bytes === 0 || kind !== "text" ? undefined : makeKeptFolder(settings, engine, wantedBytes(bytes));
    const kept = folder === undefined ? {} : { kept: { folder, bytes } };
    const options = {
      modelPath: path,
      context,
      slots,
      gpu,
      threads,
      prefillChunk,
      purpose: loadableKinds[kind],
      chatTemplate,
      ...kept,
    };
    // what a process has kept is worth nothing to the next one, and takes memory
    const onExit = (): void => removeKept(settings, engine);
    const begun = (pid: number): void => {
      if (folder !== undefined) makeKeptFolder(settings, engine, wantedBytes(bytes));
      onProcess?.(pid);
    };
    try {
      return await LocalEngine.start(
        { modelId, options, waiting, loadTimeoutMs: loadTimeoutSeconds * 1000, log, onProcess: begun, onExit },
        onProgress,
        signal,
      );
    } catch (error) {
      onExit();
      throw error;
    }
  };

/** Room that a folder should have. */
const wantedBytes = (bytes: number | "auto"): number => (bytes === "auto" ? availableMemoryBytes() / 8 : bytes);
