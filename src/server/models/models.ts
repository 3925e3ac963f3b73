/**
 * What the rest of the server knows about models: which exist, which is loaded, and how to run on one.
 *
 * An interface, so that the routes can be tested with a fake; `ModelHost` is the real one.
 */
import type { Caller } from "../engine/caller.js";
import type { Generation } from "../engine/generation.js";
import type { GenerationRequest } from "../engine/request.js";
import type { CurrentModel, ModelList, UnloadResponse } from "../wire/models.js";
import type { ServerState, SystemInfo } from "../wire/system.js";

export interface LoadOptions {
  /** Tokens per slot; the setting's value when left out. */
  readonly context?: number | undefined;
  readonly slots?: number | undefined;
}

/** Told at once, from memory. */
export interface ModelStatus {
  readonly state: ServerState;
  /** Why a request would not be served now; null when one would. */
  readonly reason: string | null;
  readonly model: string | null;
  readonly loading: { readonly model: string; readonly progress: number } | null;
  readonly slots: { readonly busy: number; readonly total: number };
  readonly waiting: number;
}

export interface Models {
  /**
   * Runs a request on the model called `modelId`, loading it first if it is another than the loaded one; on the
   * loaded one (or the one that loads) when undefined.
   *
   * Throws at once with `model_not_found`, `no_model_loaded`, `engine_failed`, `queue_full` or `shutting_down`;
   * everything later reaches the `Generation`. `arrivedAt` is the `performance.now()` from which `max_time` counts.
   */
  generate(modelId: string | undefined, request: GenerationRequest, caller: Caller, arrivedAt?: number): Generation;
  /** Loads a model beside the old one and moves traffic to it. Resolves when it answers. */
  load(modelId: string, options?: LoadOptions): Promise<CurrentModel>;
  /** Lets running requests finish, refuses new ones, ends the engine. */
  unload(): Promise<UnloadResponse>;
  /** The loaded model, else the one that loads; null when there is neither. */
  current(): CurrentModel | null;
  list(): Promise<ModelList>;
  status(): ModelStatus;
  /** What `/system/info` says of the engine; measured in the background. */
  engineInfo(): SystemInfo["engine"];
  /**
   * Refuses new requests, lets what runs and waits finish for at most `drainSeconds`, cancels the rest and ends every
   * engine process. Resolves with how many requests were cancelled.
   */
  close(drainSeconds: number): Promise<number>;
}
