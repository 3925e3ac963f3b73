/**
 * What the rest of the server knows about models: which exist, which are in memory, and how to run on one.
 *
 * An interface, so that the routes can be tested with a fake; `Residents` is the real one.
 */
import type { Caller } from "../engine/caller.js";
import type { Generation } from "../engine/generation.js";
import type { GenerationRequest } from "../engine/request.js";
import type { Texts } from "../engine/texts.js";
import type { CurrentModel, ModelList, ResidentModel, UnloadResponse } from "../wire/models.js";
import type { ServerState, SystemInfo } from "../wire/system.js";

export interface LoadOptions {
  /** Tokens per slot; the setting's value when left out. */
  readonly context?: number | undefined;
  readonly slots?: number | undefined;
  /** Seconds without a request after which the model leaves memory; the setting's value when left out. */
  readonly keepAliveSeconds?: number | "never" | undefined;
}

/** Known at once, from memory. */
export interface ModelStatus {
  readonly state: ServerState;
  /** Why a request would not be served now; null when one would. */
  readonly reason: string | null;
  /** Id of the model that answers when none is named; null when it is not in memory. */
  readonly model: string | null;
  readonly loading: { readonly model: string; readonly progress: number } | null;
  readonly slots: { readonly busy: number; readonly total: number };
  readonly waiting: number;
  /** Everything in memory, on its way in or on its way out. */
  readonly models: readonly ResidentModel[];
}

export interface Models {
  /**
   * Runs a request on the model called `modelId`; on the current one when undefined. A model that is not in memory is
   * loaded for a caller who may manage, and only for them; requests for one model wait together and begin together.
   *
   * Throws at once with `model_not_found`, `no_model_loaded`, `engine_failed`, `queue_full` or `shutting_down`;
   * everything later reaches the `Generation`: `insufficient_scope`, `model_load_failed`, `model_load_interrupted` …
   * `arrivedAt` is the `performance.now()` from which `max_time` counts.
   */
  generate(modelId: string | undefined, request: GenerationRequest, caller: Caller, arrivedAt?: number): Generation;
  /**
   * The template and vocabulary of a model; of the current one when undefined. One that is not in memory is loaded for
   * a caller who may manage.
   *
   * Refuses with `model_not_found`, `no_model_loaded`, `insufficient_scope`, `engine_failed`, `engine_restarting`,
   * `shutting_down` and what `load` refuses with.
   */
  texts(modelId: string | undefined, caller: Caller, signal?: AbortSignal): Promise<Texts>;
  /**
   * Loads the file that is there now of the model called `modelId` ("auto": the default one) and makes the model the current one. Resolves when it answers.
   *
   * `signal` gives up; the load ends when no other client waits for it. Refuses with `model_not_found`,
   * `model_load_failed` (a file that cannot be loaded), `model_load_interrupted` (memory, time or a kill) and
   * `request_cancelled`. The answer has what `caller` may know; everything without one.
   */
  load(modelId: string, options?: LoadOptions, signal?: AbortSignal, caller?: Caller): Promise<CurrentModel>;
  /**
   * Lets running requests finish, refuses new ones, ends the engine. Without an id: the current model,
   * or that of `caller`.
   *
   * Refuses with `model_not_found` when this model is not in memory.
   */
  unload(modelId?: string, caller?: Caller): Promise<UnloadResponse>;
  /**
   * Keeps models in memory, loading them if needed, until the returned function is called.
   *
   * `signal` gives up: what loads for it alone is called off. Refuses as `load` does, also with `model_load_failed` and
   * the bytes when they do not fit together.
   */
  pin(modelIds: readonly string[], signal?: AbortSignal): Promise<() => void>;
  /** Drops what engines remember of a key that opens nothing any more. */
  forget(key: string): void;
  /** While true, every engine with two slots or more keeps one for the owner: strangers may come in. */
  keepOwnerSlot(isKept: boolean): void;
  /** The current model, else the one that loads; null when there is neither, or it is not the caller's to see. */
  current(caller: Caller): CurrentModel | null;
  list(caller: Caller): Promise<ModelList>;
  /** What this caller may know; everything without one. */
  status(caller?: Caller): ModelStatus;
  /** What `/system/info` says of the current model's engine; measured in the background. */
  engineInfo(caller: Caller): SystemInfo["engine"];
  /**
   * Refuses new requests, lets what runs and waits finish for at most `drainSeconds`, cancels the rest and ends every
   * engine process. Resolves with how many requests were cancelled.
   */
  close(drainSeconds: number): Promise<number>;
}

/** The server itself and who started it: the owner, who sees every model. */
export const owner: Caller = { key: "home", isOwner: true, mayManage: true, mayNameFiles: true, models: null };

/** True when this caller may use and see the model. */
export const maySee = (caller: Caller, modelId: string): boolean =>
  caller.models === null || caller.models.has(modelId);

export const keepAliveMs = (seconds: number | "never"): number =>
  seconds === "never" ? Number.POSITIVE_INFINITY : seconds * 1000;
