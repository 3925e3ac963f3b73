/**
 * The models in memory: several at once, loaded when they are wanted, ended when their place or their time is over.
 *
 * `residents-plan` decides who stays, `resident-table` does it; here is which caller may ask for what.
 */
import type { Caller } from "../engine/caller.js";
import { Generation } from "../engine/generation.js";
import type { GenerationRequest } from "../engine/request.js";
import type { Texts } from "../engine/texts.js";
import { wishOf } from "../engine/unfit.js";
import { LabError } from "../errors.js";
import type { Settings } from "../settings/read-settings.js";
import type { CurrentModel, ModelList, UnloadResponse } from "../wire/models.js";
import type { SystemInfo } from "../wire/system.js";
import { askedModel, callersResident, leavingModel, notLoaded } from "./caller-model.js";
import { describeLoaded, describeLoading, describeUnloaded, nothingUnloaded } from "./describe-model.js";
import { listModels } from "./list-models.js";
import { willDo } from "./load-wanted.js";
import { makeRoomToWait } from "./make-room-to-wait.js";
import { autoModel } from "./model-at-start.js";
import { ModelRegistry, type RegistryParts } from "./model-registry.js";
import type { ModelSource } from "./model-source.js";
import { keepAliveMs, type LoadOptions, type ModelStatus, type Models, maySee, owner } from "./models.js";
import type { Resident } from "./resident.js";
import { notInMemory, ResidentTable, type TableParts } from "./resident-table.js";
import { engineInfo, residentModels, statusOf } from "./resident-views.js";
import { startLocalEngine } from "./start-engine.js";
import { calledOff, cancelled, type Want } from "./want.js";

export type ResidentsParts = Pick<TableParts, "settings" | "log"> &
  Partial<Pick<TableParts, "start" | "freeBytes" | "gpuBytes" | "now">> &
  Pick<RegistryParts, "readHeader" | "kept">;

export class Residents implements Models {
  readonly #settings: Settings;
  readonly #registry: ModelRegistry;
  readonly #table: ResidentTable;
  readonly #freeBytes: () => number;
  /** The model that answers when none is named; it need not be in memory. */
  #currentId: string | undefined;
  #isClosing = false;

  /** `freeBytes` is what the machine has for one more model; without it only `resident` and `residentMemory` count. */
  constructor(parts: ResidentsParts) {
    const { settings, log, start = startLocalEngine(settings, log), now = () => performance.now() } = parts;
    this.#settings = settings;
    this.#registry = new ModelRegistry({ ...settings, readHeader: parts.readHeader, kept: parts.kept });
    const { freeBytes = () => Number.POSITIVE_INFINITY, gpuBytes = () => null } = parts;
    this.#freeBytes = freeBytes;
    this.#table = new ResidentTable({ settings, log, registry: this.#registry, start, freeBytes, gpuBytes, now });
  }

  generate(modelId: string | undefined, request: GenerationRequest, caller: Caller, arrivedAt?: number): Generation {
    this.#assertOpen();
    const wish = wishOf(request);
    const id = askedModel(this.#table, this.#currentId, modelId, caller, wish);
    const resident = this.#table.residents.find(id);
    const isOfUse = resident !== undefined && (resident.engine.state !== "failed" || !caller.mayManage || !modelId);
    if (isOfUse && !this.#table.isGated(resident)) {
      resident.engine.assertAccepts(caller);
      if (caller.mayManage && resident.engine.can.writes) this.#currentId ??= id;
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

  async texts(modelId: string | undefined, caller: Caller, signal?: AbortSignal): Promise<Texts> {
    this.#assertOpen();
    const name = askedModel(this.#table, this.#currentId, modelId, caller);
    const resident = this.#table.residents.find(name) ?? (await this.#broughtIn(name, caller, signal));
    resident.touch();
    return resident.engine.texts();
  }

  async load(
    modelId: string,
    options: LoadOptions = {},
    signal?: AbortSignal | undefined,
    caller?: Caller | undefined,
  ): Promise<CurrentModel> {
    const resident = await this.#ensure(await this.#find(modelId, caller), options, signal);
    if (resident.engine.can.writes) this.#currentId = resident.id;
    if (options.keepAliveSeconds !== undefined) {
      resident.keepAliveMs = keepAliveMs(options.keepAliveSeconds);
      this.#table.pump();
    }
    return describeLoaded(resident, this.#views(caller), caller);
  }

  async unload(modelId?: string | undefined, caller?: Caller | undefined): Promise<UnloadResponse> {
    const currentId = this.#isTheirs(this.#currentId, caller) ? this.#currentId : this.#current(caller)?.id;
    const named = modelId === undefined ? undefined : leavingModel(this.#table, modelId, caller);
    const id = named ?? currentId ?? this.#loading(caller)?.modelId;
    const residents = this.#table.residents.all.filter((one) => one.id === id && !one.isLeaving);
    const wants = this.#table.wants.filter((want) => want.modelId === id);
    if (id === undefined || (modelId === undefined && residents.length + wants.length === 0)) return nothingUnloaded;
    if (residents.length + wants.length === 0) throw notLoaded(this.#table, id, caller);
    if (id === this.#currentId) this.#currentId = undefined;
    for (const want of wants) this.#table.abort(want, calledOff(id));
    const answer = describeUnloaded(id, residents);
    await Promise.all(residents.map((resident) => this.#table.residents.leave(resident)));
    return answer;
  }

  async pin(modelIds: readonly string[], signal?: AbortSignal): Promise<() => void> {
    let held = [...new Set(modelIds)];
    const release = (): void => {
      for (const id of held) this.#table.residents.unpin(id);
      held = [];
    };
    for (const id of held) this.#table.residents.pin(id);
    try {
      for (const id of held) await this.#ensure(await this.#find(id, undefined, { isExact: true }), {}, signal);
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
    const parts = { currentId: this.#current(caller)?.id, wish: this.#settings, freeBytes: this.#freeBytes() };
    return listModels(this.#registry, this.#table, parts, caller);
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
        if (wishOf(generation.request) === "text") this.#currentId ??= want.modelId;
      },
      () => {},
    );
  }

  /** The same refusal whatever the model is, if there is one of this name at all; another name of one in memory will do. */
  #refuseLoading(generation: Generation, name: string): void {
    generation.heldBy({ position: () => null, letGo: () => {} }, name, "loading");
    this.#registry.find(name, generation.caller).then(
      ({ id }) => {
        const resident = id === name ? undefined : this.#table.residents.find(id);
        if (resident === undefined || generation.isOver) generation.fail(notInMemory(id));
        else this.#table.residents.submit(resident, generation);
      },
      (error: unknown) => generation.fail(error),
    );
  }

  /** The model by any of its names; one that is not in memory is loaded for whoever may load. */
  async #broughtIn(name: string, caller: Caller, signal: AbortSignal | undefined): Promise<Resident> {
    const source = await this.#registry.find(name, caller);
    const resident = this.#table.residents.find(source.id);
    if (resident === undefined && !caller.mayManage) throw notInMemory(source.id);
    return resident ?? this.#ensure(source, {}, signal);
  }

  /** "auto" is a name, too: that of the default model. */
  async #find(name: string, caller: Caller | undefined, options?: { isExact: boolean }): Promise<ModelSource> {
    this.#assertOpen();
    const isAuto = name === "auto" && options === undefined && (caller?.models ?? null) === null;
    const meant = isAuto ? autoModel((await this.list(caller ?? owner)).models, this.#settings).id : name;
    const source = await this.#registry.find(meant, caller, options);
    this.#assertOpen();
    return source;
  }

  async #ensure(source: ModelSource, options: LoadOptions, signal: AbortSignal | undefined): Promise<Resident> {
    const modelId = source.id;
    const resident = this.#table.residents.find(modelId);
    if (resident !== undefined && resident.engine.state !== "failed" && willDo(resident, source, options)) {
      resident.touch();
      return resident;
    }
    const want = this.#table.wantLike(source, options) ?? this.#table.want(modelId, options);
    return want.join(signal, () => cancelled(modelId));
  }
}
