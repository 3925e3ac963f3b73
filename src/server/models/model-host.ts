/**
 * The loaded model and how it is swapped for another.
 *
 * A new model loads beside the old one; traffic moves when it answers; then the old one finishes what it has and
 * ends. A load that fails costs nothing.
 */

import type { Caller } from "../engine/caller.js";
import { Generation, type Holder } from "../engine/generation.js";
import type { LocalEngine } from "../engine/local/local-engine.js";
import type { GenerationRequest } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/read-settings.js";
import { engineVersion } from "../version.js";
import type { CurrentModel, ModelList, UnloadResponse } from "../wire/models.js";
import type { SystemInfo } from "../wire/system.js";
import { describeEntry, describeLoaded, describeLoading } from "./describe-model.js";
import { type LoadedEngine, ModelLoader } from "./model-loader.js";
import { ModelRegistry } from "./model-registry.js";
import { modelStatus } from "./model-status.js";
import type { LoadOptions, ModelStatus, Models } from "./models.js";

export class ModelHost implements Models {
  #settings: Settings;
  #log: Log;
  #registry: ModelRegistry;
  #loader: ModelLoader;
  #loaded: LoadedEngine | undefined;
  #draining = new Set<LocalEngine>();
  readonly #waitingForLoad = new Set<Generation>();
  #isClosing = false;

  constructor(settings: Settings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#registry = new ModelRegistry(settings.modelsDir, settings.cacheDir);
    this.#loader = new ModelLoader(this.#registry, settings, log);
  }

  generate(
    modelId: string | undefined,
    request: GenerationRequest,
    caller: Caller,
    arrivedAt?: number | undefined,
  ): Generation {
    this.#assertOpen();
    const make = (): Generation => new Generation(request, caller, { arrivedAt });
    const engine = this.#loaded?.engine;
    if (engine !== undefined && (modelId === undefined || (modelId === engine.modelId && engine.state !== "failed"))) {
      engine.assertAccepts(caller);
      const generation = make();
      engine.submit(generation);
      return generation;
    }
    if (modelId !== undefined) return this.#generateOnceLoaded(modelId, make);
    if (this.#loader.isBusy) {
      throw new LabError("model_loading", "The model is loading. Send the request again in a moment.", {
        retryAfterSeconds: 1,
      });
    }
    throw new LabError(
      "no_model_loaded",
      "No model is loaded. Name one in model_id, or load one with POST /models/load.",
    );
  }

  async load(modelId: string, options: LoadOptions = {}): Promise<CurrentModel> {
    return describeLoaded(await this.#ensureLoaded(modelId, options));
  }

  async unload(): Promise<UnloadResponse> {
    const loaded = this.#loaded;
    if (this.#loader.isBusy) await this.#loader.abort();
    if (loaded === undefined) {
      return { status: "Model unloaded successfully", message: "No model was loaded.", model_id: null, freed_bytes: 0 };
    }
    this.#loaded = undefined;
    const freedBytes = loaded.engine.memory()?.residentBytes ?? 0;
    await this.#drain(loaded.engine);
    return {
      status: "Model unloaded successfully",
      message: `"${loaded.source.id}" was unloaded.`,
      model_id: loaded.source.id,
      freed_bytes: freedBytes,
    };
  }

  current(): CurrentModel | null {
    if (this.#loaded !== undefined) return describeLoaded(this.#loaded);
    return this.#loader.loading === undefined ? null : describeLoading(this.#loader.loading);
  }

  async list(): Promise<ModelList> {
    const sources = await this.#registry.list();
    return {
      models: sources.map((source) =>
        describeEntry(source, this.#registry.badReason(source), this.#loaded, this.#loader.loading),
      ),
      current_model: this.#loaded?.source.id ?? null,
      models_dir: this.#registry.modelsDir,
    };
  }

  status(): ModelStatus {
    return modelStatus({
      engine: this.#loaded?.engine,
      loading: this.#loader.loading,
      waitingForLoad: this.#waitingForLoad.size,
      slots: this.#settings.slots,
      isClosing: this.#isClosing,
    });
  }

  engineInfo(): SystemInfo["engine"] {
    const engine = this.#loaded?.engine;
    return {
      backend: engine?.facts.backend ?? null,
      devices: [...(engine?.facts.devices ?? [])],
      threads: engine?.facts.threads ?? null,
      memory_bytes: engine?.memory()?.residentBytes ?? null,
      pid: engine?.pid ?? null,
      version: engineVersion,
    };
  }

  async close(drainSeconds: number): Promise<number> {
    this.#isClosing = true;
    let cancelled = this.#waitingForLoad.size;
    for (const waiting of this.#waitingForLoad) waiting.cancel("shutdown");
    const engines = [...this.#draining, ...(this.#loaded === undefined ? [] : [this.#loaded.engine])];
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, drainSeconds * 1000);
    });
    const end = async (engine: LocalEngine): Promise<void> => {
      await Promise.race([engine.idle(), patience]);
      cancelled += engine.busy + engine.waiting;
      await engine.close();
    };
    await Promise.all([this.#loader.abort(), ...engines.map(end)]);
    clearTimeout(timer);
    this.#loaded = undefined;
    return cancelled;
  }

  #assertOpen(): void {
    if (this.#isClosing) throw new LabError("shutting_down", "The server is stopping.", { retryAfterSeconds: 5 });
  }

  #generateOnceLoaded(modelId: string, make: () => Generation): Generation {
    if (this.#waitingForLoad.size >= this.#settings.slots + this.#settings.waiting) {
      throw new LabError("queue_full", `${this.#waitingForLoad.size} requests wait for a model already.`, {
        retryAfterSeconds: 2,
      });
    }
    const generation = make();
    const holder: Holder = { position: () => null, letGo: () => this.#waitingForLoad.delete(generation) };
    generation.heldBy(holder, modelId, "loading");
    this.#waitingForLoad.add(generation);
    void this.#openEngine(modelId)
      .then((engine) => {
        if (generation.isOver) return;
        engine.assertAccepts(generation.caller);
        engine.submit(generation);
      })
      .catch((error: unknown) => generation.fail(error))
      .finally(() => this.#waitingForLoad.delete(generation));
    return generation;
  }

  /** The engine of the model, loaded again where another model took its place while this one waited for it. */
  async #openEngine(modelId: string): Promise<LocalEngine> {
    for (;;) {
      const { engine } = await this.#ensureLoaded(modelId, {});
      if (engine.state !== "closing" && engine.state !== "closed") return engine;
    }
  }

  async #ensureLoaded(modelId: string, options: LoadOptions): Promise<LoadedEngine> {
    this.#assertOpen();
    const source = await this.#registry.find(modelId);
    this.#assertOpen();
    const key = this.#loader.key(source, options);
    const underWay = this.#loader.underWay(key);
    if (underWay !== undefined) return underWay;
    const loaded = this.#loaded;
    // nobody asked for other options: whatever the model was loaded with will do
    const willDo = options.context === undefined && options.slots === undefined && loaded?.source.id === source.id;
    if (loaded !== undefined && (willDo || loaded.key === key) && loaded.engine.state !== "failed") return loaded;
    return this.#loader.load(source, options, (fresh) => this.#install(fresh));
  }

  #install(fresh: LoadedEngine): void {
    const previous = this.#loaded;
    this.#loaded = fresh;
    if (previous !== undefined) {
      this.#drain(previous.engine).catch((error: unknown) => {
        this.#log.error("the previous engine did not end", { model: previous.source.id, error });
      });
    }
  }

  async #drain(engine: LocalEngine): Promise<void> {
    this.#draining.add(engine);
    this.#shareCores();
    await engine.idle();
    await engine.close();
    this.#draining.delete(engine);
    this.#shareCores();
  }

  /** Engines that decode together never use more threads than there are cores: waiting for a core costs them most. */
  #shareCores(): void {
    const engines = [...this.#draining, ...(this.#loaded === undefined ? [] : [this.#loaded.engine])];
    const share = Math.max(1, Math.floor(this.#settings.threads / Math.max(1, engines.length)));
    for (const engine of engines) engine.useThreads(share);
  }
}
