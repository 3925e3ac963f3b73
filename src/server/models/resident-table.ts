/**
 * Does what the plan says: loads, waits, unloads, one load at a time.
 *
 * Everything that changes ends in `pump`, which asks the plan anew; nothing is remembered of an earlier answer.
 */
import { LabError } from "../errors.js";
import { type LoadParts, loadWanted, prepareWanted, willDo } from "./load-wanted.js";
import type { ModelSource } from "./model-source.js";
import type { LoadOptions } from "./models.js";
import type { Resident } from "./resident.js";
import { ResidentSet } from "./resident-set.js";
import { planSteps, type Step } from "./residents-plan.js";
import { type Prepared, Want } from "./want.js";

export interface TableParts extends LoadParts {
  /** Bytes that this machine has for one more model. */
  readonly freeBytes: () => number;
  /** Bytes that the GPUs have in all; null where there is none or that is not known. */
  readonly gpuBytes: () => number | null;
}

/** Share of the free memory that no model is loaded into: for caches, and for estimates that were too small. */
const keptFree = 0.1;
/** Milliseconds until it is worth another look, where only a change makes it so. */
const never = Number.POSITIVE_INFINITY;

export class ResidentTable {
  readonly residents: ResidentSet;
  readonly #parts: TableParts;
  /** These get no new requests for now: others wait for their place. */
  readonly #gated = new Set<Resident>();
  #wants: Want[] = [];
  #loading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: TableParts) {
    this.#parts = parts;
    const { log, settings } = parts;
    this.residents = new ResidentSet({ ...settings, log, onChange: () => this.pump() });
  }

  get wants(): readonly Want[] {
    return this.#wants;
  }

  /** True while requests for this model wait outside, so that another one gets its place. */
  isGated(resident: Resident): boolean {
    return this.#gated.has(resident);
  }

  /** What waits for this model already. */
  wantFor(modelId: string): Want | undefined {
    return this.#wants.findLast((want) => want.modelId === modelId && !want.signal.aborted);
  }

  /** What waits for this very file with these options. */
  wantLike(source: ModelSource, { context, slots, chatTemplate }: LoadOptions): Want | undefined {
    return this.#wants.find(({ modelId, options, prepared, signal }) => {
      if (modelId !== source.id || signal.aborted) return false;
      if (prepared !== undefined && prepared.source.version !== source.version) return false;
      const isSame = (name: "context" | "slots" | "chatTemplate", wish: unknown): boolean =>
        wish === undefined || wish === options[name];
      return isSame("context", context) && isSame("slots", slots) && isSame("chatTemplate", chatTemplate);
    });
  }

  /** A model that is to be in memory. The caller joins it in the same step. */
  want(modelId: string, options: LoadOptions): Want {
    const want = new Want(modelId, options, () => this.pump());
    this.#wants.push(want);
    void this.#prepare(want);
    return want;
  }

  /** Refuses all that wait for this model, and ends its load. */
  abort(want: Want, error: LabError): void {
    want.abort();
    want.fail(error);
    if (!want.isLoading) this.#remove(want);
  }

  /** Cancels what waits, gives what runs so many seconds, ends every engine. Returns how many were cancelled. */
  async close(drainSeconds: number): Promise<number> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const stopping = new LabError("shutting_down", "The server is stopping.", { retryAfterSeconds: 5 });
    let waited = 0;
    for (const want of this.#wants) waited += want.cancelAll(stopping);
    const [ran] = await Promise.all([this.residents.close(drainSeconds * 1000), this.#loading]);
    return waited + ran;
  }

  /** Looks at everything and does what is next. Safe to call at any time. */
  pump(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#dropUnwanted();
    this.#gated.clear();
    const expiresInMs = this.residents.expire((modelId) => this.wantFor(modelId) !== undefined);
    const planInMs = this.#loading === undefined ? this.#doSteps() : never;
    for (const want of [...this.#wants]) {
      const resident = this.#serving(want);
      if (resident !== undefined && !this.#gated.has(resident)) this.#hand(want, resident);
    }
    this.residents.shareCores();
    const againMs = Math.min(expiresInMs, planInMs);
    if (againMs < never)
      this.#timer = setTimeout(() => this.pump(), Math.min(Math.max(1, againMs), 2 ** 31 - 1)).unref();
  }

  /** Plans for every model that is wanted and does the steps. Returns the milliseconds until it is worth another look. */
  #doSteps(): number {
    const wants = this.#wants.filter((want) => want.prepared !== undefined && this.#serving(want) === undefined);
    if (wants.length === 0) return never;
    const needs = wants.map(({ modelId, prepared, isExplicit }) => ({
      model: modelId,
      bytes: prepared?.neededBytes ?? 0,
      isExplicit,
      isExtra: prepared !== undefined && prepared.kind !== "text",
    }));
    const { resident, residentMemory } = this.#parts.settings;
    const steps = planSteps(needs, this.residents.occupants, {
      models: resident === "auto" ? never : resident,
      bytes: residentMemory === "auto" ? never : residentMemory,
      freeBytes: this.#freeBytes(),
    });
    return Math.min(never, ...wants.map((want, index) => this.#doStep(want, steps[index] as Step)));
  }

  /** What one more model may take, with a margin: on a GPU it must fit beside the models that are there already. */
  #freeBytes(): number {
    const freeBytes = (this.#parts.freeBytes() + this.#keptBytes()) * (1 - keptFree);
    const onGpu = this.residents.all.filter(({ engine }) => engine.facts.backend !== "cpu");
    const gpuBytes = onGpu.length === 0 ? null : this.#parts.gpuBytes();
    if (gpuBytes === null) return freeBytes;
    return Math.min(freeBytes, gpuBytes * (1 - keptFree) - onGpu.reduce((sum, { bytes }) => sum + bytes, 0));
  }

  /** Conversations that engines keep outside of their slots make room when a model needs it. */
  #giveBackKept(neededBytes: number): void {
    if (neededBytes <= this.#parts.freeBytes() * (1 - keptFree)) return;
    for (const { engine } of this.residents.all) engine.forget(null);
  }

  #keptBytes(): number {
    return this.residents.all.reduce((sum, { engine }) => sum + (engine.memory()?.keptBytes ?? 0), 0);
  }

  #doStep(want: Want, step: Step): number {
    if (step.step === "wait") return step.ms ?? never;
    if (step.step === "load") {
      this.#loading ??= this.#load(want, want.prepared as Prepared);
    } else if (step.step === "refuse") {
      const advice = "Unload another model first, or load it with a smaller context or fewer slots.";
      this.#fail(want, new LabError("model_load_failed", `There is no room: ${step.because}. ${advice}`));
    } else {
      const resident = this.residents.all.find((one) => one.occupies(step));
      if (resident !== undefined) this.#makeRoom(want, resident, step);
    }
    return never;
  }

  #makeRoom(want: Want, resident: Resident, step: Step): void {
    want.note = `"${resident.id}" left memory first: ${step.because}.`;
    if (step.step === "unload") void this.residents.leave(resident);
    else this.#gated.add(resident);
    this.residents.watch(resident);
  }

  async #prepare(want: Want): Promise<void> {
    try {
      const prepared = await prepareWanted(this.#parts, want);
      this.#name(want, prepared.source.id);
      want.prepare(prepared);
    } catch (error) {
      this.#fail(want, error);
    }
    this.pump();
  }

  /** The name that was asked for turned out to be this model: its requests wait where others of that model do. */
  #name(want: Want, id: string): void {
    if (want.modelId === id) return;
    const other = this.wantFor(id);
    want.modelId = id;
    if (other === undefined) return;
    want.moveTo(other);
    this.#remove(want);
  }

  async #load(want: Want, prepared: Prepared): Promise<void> {
    want.isLoading = true;
    this.#giveBackKept(prepared.neededBytes);
    try {
      const resident = await loadWanted(this.#parts, want, prepared);
      if (want.signal.aborted) {
        await resident.engine.close();
      } else {
        this.residents.add(resident);
        this.#hand(want, resident);
      }
    } catch (error) {
      this.#fail(want, error);
    } finally {
      this.#remove(want);
      this.#loading = undefined;
      this.pump();
    }
  }

  #hand(want: Want, resident: Resident): void {
    this.#remove(want);
    resident.touch();
    want.fulfil(resident);
    this.residents.watch(resident);
  }

  /** The model in memory that will do for all that wait here; undefined when there is none. */
  #serving(want: Want): Resident | undefined {
    const resident = this.residents.find(want.modelId);
    if (resident === undefined || resident.engine.state === "failed" || want.isLoading) return undefined;
    if (!want.isExplicit) return resident;
    const source = want.prepared?.source;
    return source !== undefined && willDo(resident, source, want.options) ? resident : undefined;
  }

  #dropUnwanted(): void {
    for (const want of [...this.#wants]) {
      if (want.isWanted || want.signal.aborted || this.#serving(want) !== undefined) continue;
      this.abort(want, notInMemory(want.modelId));
    }
  }

  #fail(want: Want, error: unknown): void {
    this.#remove(want);
    want.fail(error);
  }

  #remove(want: Want): void {
    this.#wants = this.#wants.filter((one) => one !== want);
  }
}

/** What a caller that may not load models gets when a model is not there (any more). */
export const notInMemory = (modelId: string): LabError =>
  new LabError(
    "insufficient_scope",
    `"${modelId}" is not in memory, and this key may not load it. GET /models/available names the models that are loaded.`,
    { param: "model_id" },
  );
