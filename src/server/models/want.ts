/**
 * A model that is not in memory, and all that wait for it.
 *
 * The load lasts as long as a caller that may load models wants it; others may wait beside it.
 */
import type { Generation, Holder } from "../engine/generation.js";
import { unfit, wishOf } from "../engine/unfit.js";
import { LabError } from "../errors.js";
import { type LoadableKind, loadableKinds } from "./file-kinds.js";
import type { ModelSource } from "./model-source.js";
import type { LoadOptions } from "./models.js";
import type { Resident } from "./resident.js";

/** What is known of a model before it is loaded. */
export interface Prepared {
  readonly source: ModelSource;
  /** Absolute path of the file; of the first one of a split model. */
  readonly path: string;
  readonly neededBytes: number;
  /** What the file is made for. */
  readonly kind: LoadableKind;
}

interface LoadWaiter {
  readonly resolve: (resident: Resident) => void;
  readonly reject: (error: unknown) => void;
}

export class Want implements Holder {
  /** As it was asked for until its file was looked into; from then on the model's id. */
  modelId: string;
  readonly options: LoadOptions;
  readonly #abort = new AbortController();
  readonly #onChange: () => void;
  readonly #loads = new Set<LoadWaiter>();
  readonly #generations = new Set<Generation>();
  /** Undefined until its file was looked into. */
  prepared: Prepared | undefined;
  isLoading = false;
  /** 0 to 1. */
  progress = 0;
  /** What was done to make room for it, as a sentence. */
  note: string | null = null;

  /** Calls `onChange` when one stops waiting. */
  constructor(modelId: string, options: LoadOptions, onChange: () => void) {
    this.modelId = modelId;
    this.options = options;
    this.#onChange = onChange;
  }

  /** Aborts when the model is no longer wanted, or when the server stops. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isWanted(): boolean {
    return this.isExplicit || [...this.#generations].some(({ caller }) => caller.mayManage);
  }

  /** True when it is loaded by name, and not for a request only. */
  get isExplicit(): boolean {
    return this.#loads.size > 0;
  }

  /** Requests that wait for it, in the order of arrival. */
  get generations(): readonly Generation[] {
    return [...this.#generations];
  }

  /** How many those are. */
  get waiting(): number {
    return this.#generations.size;
  }

  /** Resolves when the model answers. `signal` gives up. */
  join(signal: AbortSignal | undefined, gaveUp: () => Error): Promise<Resident> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (!this.#loads.delete(waiter)) return;
        reject(gaveUp());
        this.#onChange();
      };
      const forget = (): void => signal?.removeEventListener("abort", leave);
      const waiter: LoadWaiter = {
        resolve: (resident) => {
          forget();
          resolve(resident);
        },
        reject: (error) => {
          forget();
          reject(error);
        },
      };
      this.#loads.add(waiter);
      signal?.addEventListener("abort", leave);
      if (signal?.aborted) leave();
    });
  }

  /** The generation waits for this model. */
  wait(generation: Generation): void {
    generation.heldBy(this, this.modelId, "loading");
    if (!generation.isOver) this.#generations.add(generation);
    this.#refuseUnfit(generation);
  }

  /** They wait for this model elsewhere now. */
  moveTo(other: Want): void {
    const generations = [...this.#generations];
    this.#generations.clear();
    for (const generation of generations) other.wait(generation);
  }

  position(generation: Generation): number | null {
    const place = [...this.#generations].indexOf(generation);
    return place < 0 ? null : place + 1;
  }

  letGo(generation: Generation): void {
    if (this.#generations.delete(generation)) this.#onChange();
  }

  /** Its file was looked into: requests that such a model is not made for are refused before anything is loaded for them. */
  prepare(prepared: Prepared): void {
    this.prepared = prepared;
    for (const generation of [...this.#generations]) this.#refuseUnfit(generation);
  }

  #refuseUnfit(generation: Generation): void {
    if (this.prepared === undefined) return;
    const error = unfit(this.modelId, loadableKinds[this.prepared.kind], wishOf(generation.request));
    if (error !== null) this.refuse(generation, error);
  }

  /** Refuses one of the requests that wait. */
  refuse(generation: Generation, error: unknown): void {
    if (this.#generations.delete(generation)) generation.fail(error);
  }

  /** Ends a load that is under way, or keeps one from beginning. */
  abort(): void {
    this.#abort.abort();
  }

  /** The model is there: all that wait go on with it. */
  fulfil(resident: Resident): void {
    const generations = [...this.#generations];
    this.#generations.clear();
    for (const waiter of this.#takeLoads()) waiter.resolve(resident);
    for (const generation of generations) {
      try {
        this.#tellNote(generation);
        resident.engine.assertAccepts(generation.caller);
        resident.submit(generation);
      } catch (error) {
        generation.fail(error);
      }
    }
  }

  /** Who has a text measured hears that another model had to go for it; who may use some models only does not. */
  #tellNote(generation: Generation): void {
    const { request, caller } = generation;
    if (this.note !== null && caller.models === null && wishOf(request) !== "text") generation.warn(this.note);
  }

  /** The model will not be there. */
  fail(error: unknown): void {
    const generations = [...this.#generations];
    this.#generations.clear();
    for (const waiter of this.#takeLoads()) waiter.reject(error);
    for (const generation of generations) generation.fail(error);
  }

  /** Cancels the requests that wait; returns how many there were. */
  cancelAll(error: unknown): number {
    const generations = [...this.#generations];
    this.#generations.clear();
    for (const generation of generations) generation.cancel("shutdown");
    this.fail(error);
    this.abort();
    return generations.length;
  }

  #takeLoads(): LoadWaiter[] {
    const loads = [...this.#loads];
    this.#loads.clear();
    return loads;
  }
}

/** What its own client hears who gave up. */
export const cancelled = (id: string): LabError =>
  new LabError("request_cancelled", `Loading "${id}" was cancelled by the one who asked for it.`);

/** What those who wait hear when it is unloaded before it was there. */
export const calledOff = (id: string): LabError =>
  new LabError("model_load_interrupted", `Loading "${id}" was called off: it was unloaded meanwhile.`, {
    param: "model_id",
  });
