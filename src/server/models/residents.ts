/**
 * The models in memory: several at once, loaded when they are wanted, ended when their place or their time is over.
 *
 * `residents-plan` decides who stays, `resident-table` does it; here is which caller may ask for what.
 */
import type { Caller } from "../engine/caller.js";
import { Generation } from "../engine/generation.js";
import type { GenerationRequest } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { Settings } from "../settings/read-settings.js";
import type { CurrentModel, ModelList, UnloadResponse } from "../wire/models.js";
import type { SystemInfo } from "../wire/system.js";
import { callersModel, callersResident, notLoaded } from "./caller-model.js";
import { describeLoaded, describeLoading } from "./describe-model.js";
import { listModels } from "./list-models.js";
import { willDo } from "./load-wanted.js";
import { makeRoomToWait } from "./make-room-to-wait.js";
import { ModelRegistry, modelNotFound } from "./model-registry.js";
import { keepAliveMs, type LoadOptions, type ModelStatus, type Models, maySee } from "./models.js";
import type { Resident } from "./resident.js";
import { notInMemory, ResidentTable, type TableParts } from "./resident-table.js";
import { engineInfo, residentModels, statusOf } from "./resident-views.js";
import { startLocalEngine } from "./start-engine.js";
import type { Want } from "./want.js";

export type ResidentsParts = Pick<TableParts, "settings" | "log"> &
  Partial<Pick<TableParts, "start" | "freeBytes" | "gpuBytes" | "now">>;

export class Residents implements Models {
  readonly #settings: Settings;
  readonly #registry: ModelRegistry;
  readonly #table: ResidentTable;
  /** The model that answers when none is named; it need not be in memory. */
  #currentId: string | undefined;
  #isClosing = false;

  /** `freeBytes` is what the machine has for one more model; without it only `resident` and `residentMemory` count. */
  constructor(parts: ResidentsParts) {
    const { settings, log, start = startLocalEngine(settings, log), now = () => performance.now() } = parts;
    this.#settings = settings;
    this.#registry = new ModelRegistry(settings.modelsDir, settings.cacheDir);
    const { freeBytes = () => Number.POSITIVE_INFINITY, gpuBytes = () => null } = parts;
    this.#table = new ResidentTable({ settings, log, registry: this.#registry, start, freeBytes, gpuBytes, now });
  }

  generate(
    modelId: string | undefined,
    request: GenerationRequest,
    caller: Caller,
    arrivedAt?: number | undefined,
  ): Generation {
    this.#assertOpen();
    if (modelId !== undefined && !maySee(caller, modelId)) throw modelNotFound(modelId);
    const id = modelId ?? callersModel(this.#table, this.#currentId, caller);
    const resident = this.#table.residents.find(id);
    const isOfUse = resident !== undefined && (resident.engine.state !== "failed" || !caller.mayManage || !modelId);
    if (isOfUse && !this.#table.isGated(resident)) {
      resident.engine.assertAccepts(caller);
      if (caller.mayManage) this.#currentId ??= id;
      const generation = new Generation(request, caller, { arrivedAt });
      this.#table.residents.submit(resident, generation);
      return generation;
    }
    const want = this.#table.wantFor(id);
    const mayWait = caller.mayManage || want !== undefined || resident !== undefined;
    if (mayWait) makeRoomToWait(this.#table.wants, caller, this.#settings.slots + this.#settings.waiting);
    const generation = new Generation(request, caller, { arrivedAt });
    if (mayWait) this.#wait(generation, want ?? this.#table.want(id, {}));
    else this.#refuseLoading(generation, id);
    return generation;
  }

  async load(
    modelId: string,
    options: LoadOptions = {},
    signal?: AbortSignal | undefined,
    caller?: Caller | undefined,
  ): Promise<CurrentModel> {
    const resident = await this.#ensure(modelId, options, signal);
    this.#currentId = resident.id;
    if (options.keepAliveSeconds !== undefined) {
      resident.keepAliveMs = keepAliveMs(options.keepAliveSeconds);
      this.#table.pump();
    }
    return describeLoaded(resident, this.#views(caller), caller);
  }

  async unload(modelId?: string | undefined, caller?: Caller | undefined): Promise<UnloadResponse> {
    const currentId = this.#isTheirs(this.#currentId, caller) ? this.#currentId : this.#current(caller)?.id;
    const id = modelId ?? currentId ?? this.#loading(caller)?.modelId;
    const residents = this.#table.residents.all.filter((one) => one.id === id && !one.isLeaving);
    const wants = this.#table.wants.filter((want) => want.modelId === id);
    if (id === undefined || (modelId === undefined && residents.length + wants.length === 0)) {
      return { status: "Model unloaded successfully", message: "No model was loaded.", model_id: null, freed_bytes: 0 };
    }
    if (residents.length + wants.length === 0) throw notLoaded(this.#table, id, caller);
    if (id === this.#currentId) this.#currentId = undefined;
    for (const want of wants) this.#table.abort(want, calledOff(id));
    const bytes = residents.map(({ engine }) => engine.memory()?.residentBytes ?? 0);
    await Promise.all(residents.map((resident) => this.#table.residents.leave(resident)));
    return {
      status: "Model unloaded successfully",
      message: residents.length === 0 ? `Loading "${id}" was called off.` : `"${id}" was unloaded.`,
      model_id: residents.length === 0 ? null : id,
      freed_bytes: bytes.reduce((sum, one) => sum + one, 0),
    };
  }

  async pin(modelIds: readonly string[], signal?: AbortSignal): Promise<() => void> {
    let held = [...new Set(modelIds)];
    const release = (): void => {
      for (const id of held) this.#table.residents.unpin(id);
      held = [];
    };
    for (const id of held) this.#table.residents.pin(id);
    try {
      for (const id of held) await this.#ensure(id, {}, signal);
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  forget(key: string): void {
    for (const { engine } of this.#table.residents.all) engine.forget(key);
  }

  keepOwnerSlot(isKept: boolean): void {
    this.#table.residents.keepOwnerSlot(isKept);
  }

  /** Looks whether something has become due. Only a test with a clock of its own needs to ask. */
  look(): void {
    this.#table.pump();
  }

  current(caller: Caller): CurrentModel | null {
    const resident = this.#current(caller);
    const models = this.#views(caller);
    if (resident !== undefined) return describeLoaded(resident, models, caller);
    const want = this.#loading(caller);
    return want === undefined
      ? null
      : describeLoading(want, want.options.slots ?? this.#settings.slots, models, caller);
  }

  list(caller: Caller): Promise<ModelList> {
    return listModels(this.#registry, this.#table, this.#current(caller)?.id, caller);
  }

  status(caller?: Caller): ModelStatus {
    return statusOf(this.#table, {
      current: this.#current(caller),
      loading: this.#loading(caller),
      slots: this.#settings.slots,
      isClosing: this.#isClosing,
      caller,
    });
  }

  engineInfo(caller: Caller): SystemInfo["engine"] {
    return engineInfo(this.#current(caller)?.engine, caller);
  }

  async close(drainSeconds: number): Promise<number> {
    this.#isClosing = true;
    const cancelled = await this.#table.close(drainSeconds);
    this.#currentId = undefined;
    return cancelled;
  }

  #assertOpen(): void {
    if (this.#isClosing) throw new LabError("shutting_down", "The server is stopping.", { retryAfterSeconds: 5 });
  }

  /** The model that answers when this caller names none. */
  #current(caller?: Caller): Resident | undefined {
    return callersResident(this.#table, this.#currentId, caller);
  }

  /** What is shown as loading: what loads, else what is to be loaded by name. */
  #loading(caller?: Caller): Want | undefined {
    const wants = this.#table.wants.filter(({ modelId }) => this.#isTheirs(modelId, caller));
    return wants.find(({ isLoading }) => isLoading) ?? wants.find(({ isExplicit }) => isExplicit);
  }

  #isTheirs(id: string | undefined, caller: Caller | undefined): boolean {
    return id !== undefined && (caller === undefined || maySee(caller, id));
  }

  #views(caller?: Caller): CurrentModel["models"] {
    return residentModels(this.#table, this.#current(caller)?.id, this.#settings.slots, caller);
  }

  #wait(generation: Generation, want: Want): void {
    want.wait(generation);
    // the first request also chooses the current model, where there is none
    generation.started.then(
      () => {
        this.#currentId ??= want.modelId;
      },
      () => {},
    );
  }

  /** The same refusal whatever the model is, if there is one of this name at all. */
  #refuseLoading(generation: Generation, id: string): void {
    generation.heldBy({ position: () => null, letGo: () => {} }, id, "loading");
    this.#registry.find(id).then(
      () => generation.fail(notInMemory(id)),
      (error: unknown) => generation.fail(error),
    );
  }

  async #ensure(modelId: string, options: LoadOptions, signal: AbortSignal | undefined): Promise<Resident> {
    this.#assertOpen();
    const source = await this.#registry.find(modelId);
    this.#assertOpen();
    const resident = this.#table.residents.find(modelId);
    if (resident !== undefined && resident.engine.state !== "failed" && willDo(resident, source, options)) {
      resident.touch();
      return resident;
    }
    const want = this.#table.wantLike(source, options) ?? this.#table.want(modelId, options);
    return want.join(signal, () => cancelled(modelId));
  }
}

const cancelled = (id: string): LabError =>
  new LabError("request_cancelled", `Loading "${id}" was cancelled by the one who asked for it.`);

const calledOff = (id: string): LabError =>
  new LabError("model_load_interrupted", `Loading "${id}" was called off: it was unloaded meanwhile.`, {
    param: "model_id",
  });
