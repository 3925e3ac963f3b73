/**
 * Loads models, one at a time, each in a process of its own.
 *
 * Whoever asks for the same load while it is under way gets the same one. Files that cannot be loaded are remembered.
 */
import { messageOf } from "../async/message-of.js";
import { LoadError } from "../engine/load-error.js";
import { LocalEngine } from "../engine/local/local-engine.js";
import { LabError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/read-settings.js";
import type { ModelRegistry, ModelSource } from "./model-registry.js";
import type { LoadOptions } from "./models.js";

/** A load that is under way. */
export interface Loading {
  readonly source: ModelSource;
  readonly slots: number;
  /** 0 to 1. */
  progress: number;
}

/** An engine and the model in it. */
export interface LoadedEngine {
  readonly engine: LocalEngine;
  readonly source: ModelSource;
  /** Equal for loads of the same file with the same options. */
  readonly key: string;
  readonly sizeBytes: number;
}

interface Pending {
  readonly result: Promise<LoadedEngine>;
  readonly abort: AbortController;
}

export class ModelLoader {
  /** What loads right now; undefined when nothing does. */
  loading: Loading | undefined;
  #registry: ModelRegistry;
  #settings: Settings;
  #log: Log;
  #pending = new Map<string, Pending>();
  #chain: Promise<unknown> = Promise.resolve();

  constructor(registry: ModelRegistry, settings: Settings, log: Log) {
    this.#registry = registry;
    this.#settings = settings;
    this.#log = log;
  }

  /** True while a load is under way or waits for another. */
  get isBusy(): boolean {
    return this.#pending.size > 0;
  }

  /** Names a load: the same file in the same version with the same options has the same key. */
  key(source: ModelSource, options: LoadOptions): string {
    return JSON.stringify([source.id, source.version, options.context ?? null, options.slots ?? null]);
  }

  /** The load under this key if it is under way. */
  underWay(key: string): Promise<LoadedEngine> | undefined {
    return this.#pending.get(key)?.result;
  }

  /**
   * Loads the model once every earlier load has ended, then hands the engine to `install` before anybody else is told.
   *
   * Refuses with `model_load_failed`.
   */
  load(source: ModelSource, options: LoadOptions, install: (loaded: LoadedEngine) => void): Promise<LoadedEngine> {
    const key = this.key(source, options);
    const abort = new AbortController();
    const result = this.#chain.then(async () => {
      const loaded = await this.#start(source, options, key, abort.signal);
      install(loaded);
      return loaded;
    });
    const settled = result.then(
      () => {},
      () => {},
    );
    this.#chain = settled;
    this.#pending.set(key, { result, abort });
    void settled.then(() => this.#pending.delete(key));
    return result;
  }

  /** Calls off every load. Resolves when their processes are gone. */
  async abort(): Promise<void> {
    for (const { abort } of this.#pending.values()) abort.abort();
    await this.#chain;
  }

  async #start(source: ModelSource, options: LoadOptions, key: string, signal: AbortSignal): Promise<LoadedEngine> {
    const slots = options.slots ?? this.#settings.slots;
    const loading: Loading = { source, slots, progress: 0 };
    this.loading = loading;
    const began = performance.now();
    try {
      signal.throwIfAborted();
      const bad = this.#registry.badReason(source);
      if (bad !== null) throw new LoadError("bad-file", `${bad} (it has not changed since it was last tried)`);
      const modelPath = await source.path();
      const { gpu, threads, prefillChunk, waiting, loadTimeoutSeconds } = this.#settings;
      const context = options.context ?? this.#settings.context;
      const engine = await LocalEngine.start(
        {
          modelId: source.id,
          options: { modelPath, context, slots, gpu, threads, prefillChunk },
          waiting,
          loadTimeoutMs: loadTimeoutSeconds * 1000,
          log: this.#log,
        },
        (fraction) => {
          loading.progress = fraction;
        },
        signal,
      );
      this.#log.info("model loaded", {
        model: source.id,
        ms: Math.round(performance.now() - began),
        pid: engine.pid,
      });
      return { engine, source, key, sizeBytes: engine.facts.sizeBytes };
    } catch (error) {
      throw this.#explain(error, source, signal);
    } finally {
      this.loading = undefined;
    }
  }

  #explain(error: unknown, source: ModelSource, signal: AbortSignal): LabError {
    if (signal.aborted) return new LabError("model_load_failed", `Loading "${source.id}" was called off.`);
    const reason = messageOf(error);
    // a process that somebody killed says nothing about the file
    const isBad =
      error instanceof LoadError && error.blamesFile && !source.isBuiltIn && !/SIGKILL|SIGTERM/.test(reason);
    if (isBad && this.#registry.badReason(source) === null) this.#registry.markBad(source, reason);
    this.#log.warn("model did not load", { model: source.id, reason, markedBad: isBad });
    const advice = isBad
      ? "Replace the file; until it changes it is not tried again."
      : "Try again; if memory is short, load it with a smaller context or fewer slots.";
    return new LabError("model_load_failed", `"${source.id}" did not load: ${reason}. ${advice}`, {
      param: "model_id",
      cause: error,
    });
  }
}
