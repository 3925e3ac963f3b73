/** How models look on the wire: as a row of the list, loaded, and loading. */
import type { Caller } from "../engine/caller.js";
import type { VectorFacts } from "../engine/engine.js";
import { gift } from "../engine/unfit.js";
import type { CurrentModel, ModelEntry, ModelState, ResidentModel, UnloadResponse } from "../wire/models.js";
import { isLoadable } from "./file-kinds.js";
import { type ContextWish, encoderBytes, neededBytes } from "./fit.js";
import type { SurveyedModel } from "./model-registry.js";
import type { ModelProblem } from "./model-source.js";
import type { Resident } from "./resident.js";
import type { Want } from "./want.js";

/** What of a model is in memory or on its way. */
export interface Whereabouts {
  readonly resident: Resident | undefined;
  readonly want: Want | undefined;
}

/** What a load would take, and what there is for it. */
export interface Room {
  readonly wish: ContextWish;
  /** Bytes that are free for one more model; null where the caller is not told. */
  readonly freeBytes: number | null;
}

/** A row of `GET /models/available`. */
export function describeEntry(model: SurveyedModel, { resident, want }: Whereabouts, room: Room): ModelEntry {
  const { source, kind, problem, inspection } = model;
  const needed = neededOf(model, room.wish);
  return {
    id: source.id,
    name: source.name,
    description: source.description,
    size_bytes: resident?.engine.facts.sizeBytes ?? source.sizeBytes,
    quantization: source.quantization,
    parameters: resident?.engine.facts.parameters ?? inspection?.facts?.parameters ?? null,
    train_context: resident?.engine.facts.trainContext ?? inspection?.facts?.trainContext ?? null,
    needed_bytes: needed,
    fits: needed === null || room.freeBytes === null || resident !== undefined ? null : needed <= room.freeBytes,
    kind,
    state: resident === undefined ? idleState(problem, want) : engineState(resident),
    is_loaded: resident !== undefined,
    reason: resident?.engine.state === "failed" ? resident.engine.reason : (problem?.reason ?? null),
    is_outdated: resident !== undefined && resident.source.version !== source.version,
  };
}

/** Bytes in memory, for a whole file of which text can be had. */
function neededOf({ source, kind, inspection }: SurveyedModel, wish: ContextWish): number | null {
  if (kind === null || !isLoadable(kind) || inspection?.header === undefined || source.sizeBytes === null) return null;
  if (source.incomplete !== null) return null;
  const bytes = kind === "text" ? neededBytes : encoderBytes;
  return bytes(source.sizeBytes, inspection.header, wish);
}

function engineState({ engine, isLeaving }: Resident): ModelState {
  if (isLeaving) return "available";
  if (engine.state === "failed") return "failed";
  return engine.state === "ready" ? "loaded" : "restarting";
}

function idleState(problem: ModelProblem | null, want: Want | undefined): ModelState {
  if (want?.isLoading) return "loading";
  if (problem === null || problem.kind === "unreadable") return "available";
  return problem.kind;
}

/** A note may name another model, so who may use some models only gets none. */
const noteFor = (note: string | null, caller: Caller | undefined): string | null =>
  caller === undefined || caller.models === null ? note : null;

/** `models` and the note are what this caller may know; everything without one. */
export function describeLoaded(resident: Resident, models: readonly ResidentModel[], caller?: Caller): CurrentModel {
  const { engine, source } = resident;
  const { facts } = engine;
  return {
    id: source.id,
    model_id: source.id,
    name: source.name,
    description: source.description,
    state: engineState(resident),
    is_loaded: engine.state === "ready",
    loading_progress: 1,
    context: facts.context,
    slots: engine.slots,
    train_context: facts.trainContext,
    parameters: facts.parameters,
    quantization: source.quantization,
    architecture: facts.architecture,
    size_bytes: facts.sizeBytes,
    load_ms: Math.round(facts.loadMs),
    memory_bytes: engine.memory()?.residentBytes ?? null,
    kept_bytes: engine.memory()?.keptBytes ?? null,
    gpu_layers: facts.gpuLayers,
    total_layers: facts.totalLayers,
    threads_in_use: engine.memory()?.threadsInUse ?? null,
    exact: { ...facts.exact },
    note: noteFor(resident.note, caller),
    kind: kindOfGift[gift(engine.can)],
    vectors: vectorsToWire(facts.vectors),
    chat_template: facts.chatTemplate,
    reasoning: facts.reasoning === null ? null : { ...facts.reasoning, markers: [...facts.reasoning.markers] },
    models: [...models],
  };
}

const kindOfGift = { text: "text", embed: "embedding", rank: "reranker" } as const;

function vectorsToWire(vectors: VectorFacts | undefined): CurrentModel["vectors"] {
  if (vectors === undefined) return null;
  const { dimensions, shorter, inputTypes } = vectors;
  const isRange = "least" in shorter;
  return {
    dimensions,
    shorter: isRange ? [] : [...shorter],
    least_dimensions: isRange ? shorter.least : null,
    input_types: [...inputTypes],
  };
}

/** `slots` is what it will have. */
export function describeLoading(
  want: Want,
  slots: number,
  models: readonly ResidentModel[],
  caller?: Caller,
): CurrentModel {
  const source = want.prepared?.source;
  return {
    id: want.modelId,
    model_id: want.modelId,
    name: source?.name ?? want.modelId,
    description: source?.description ?? "",
    state: "loading",
    is_loaded: false,
    loading_progress: want.progress,
    context: null,
    slots,
    train_context: null,
    parameters: null,
    quantization: source?.quantization ?? null,
    architecture: null,
    size_bytes: source?.sizeBytes ?? null,
    load_ms: null,
    memory_bytes: null,
    kept_bytes: null,
    gpu_layers: null,
    total_layers: null,
    threads_in_use: null,
    exact: null,
    note: noteFor(want.note, caller),
    kind: want.prepared?.kind ?? null,
    vectors: null,
    chat_template: null,
    reasoning: null,
    models: [...models],
  };
}

/** A model in memory as `/health` lists it; `waiting` are those who wait for it outside its engine. */
export function describeResident(resident: Resident, isCurrent: boolean, waiting: number): ResidentModel {
  const { engine, keepAliveMs, idleMs, requests } = resident;
  const usedAt = Date.now() - idleMs;
  const staysForGood = keepAliveMs === Number.POSITIVE_INFINITY || requests > 0 || resident.isLeaving;
  return {
    id: resident.id,
    state: resident.isLeaving ? "unloading" : engineState(resident),
    is_current: isCurrent,
    slots: { busy: engine.busy, total: engine.slots },
    waiting: engine.waiting + waiting,
    memory_bytes: engine.memory()?.residentBytes ?? null,
    last_used: new Date(usedAt).toISOString(),
    keep_alive_until: staysForGood ? null : new Date(usedAt + keepAliveMs).toISOString(),
    gpu_layers: engine.facts.gpuLayers,
    total_layers: engine.facts.totalLayers,
  };
}

/** A model that is wanted, as `/health` lists it. */
export function describeWant(want: Want, slots: number): ResidentModel {
  return {
    id: want.modelId,
    state: "loading",
    is_current: false,
    slots: { busy: 0, total: slots },
    waiting: want.waiting,
    memory_bytes: null,
    last_used: null,
    keep_alive_until: null,
    gpu_layers: null,
    total_layers: null,
  };
}

/** What an unload says that found nothing in memory. */
export const nothingUnloaded: UnloadResponse = {
  status: "Model unloaded successfully",
  message: "No model was loaded.",
  model_id: null,
  freed_bytes: 0,
};

/** What an unload says; `residents` are the engines that leave, none where only a load was called off. Ask before they do. */
export function describeUnloaded(id: string, residents: readonly Resident[]): UnloadResponse {
  const bytes = residents.map(({ engine }) => engine.memory()?.residentBytes ?? 0);
  return {
    status: "Model unloaded successfully",
    message: residents.length === 0 ? `Loading "${id}" was called off.` : `"${id}" was unloaded.`,
    model_id: residents.length === 0 ? null : id,
    freed_bytes: bytes.reduce((sum, one) => sum + one, 0),
  };
}
