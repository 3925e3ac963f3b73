/** How models look on the wire: as a row of the list, loaded, and loading. */
import type { CurrentModel, ModelEntry, ModelState } from "../wire/models.js";
import type { LoadedEngine, Loading } from "./model-loader.js";
import type { ModelSource } from "./model-registry.js";

/** A row of `GET /models/available`. `badReason` is why the file cannot be loaded, null when it may. */
export function describeEntry(
  source: ModelSource,
  badReason: string | null,
  loaded: LoadedEngine | undefined,
  loading: Loading | undefined,
): ModelEntry {
  const mine = loaded?.source.id === source.id ? loaded : undefined;
  return {
    id: source.id,
    name: source.name,
    description: source.description,
    size_bytes: mine?.sizeBytes ?? source.sizeBytes,
    quantization: source.quantization,
    state: mine === undefined ? idleState(source, badReason, loading) : engineState(mine),
    is_loaded: mine !== undefined,
    reason: mine?.engine.state === "failed" ? mine.engine.reason : badReason,
  };
}

function engineState({ engine }: LoadedEngine): ModelState {
  return engine.state === "restarting" || engine.state === "failed" ? engine.state : "loaded";
}

function idleState(source: ModelSource, badReason: string | null, loading: Loading | undefined): ModelState {
  if (loading?.source.id === source.id) return "loading";
  return badReason === null ? "available" : "bad";
}

export function describeLoaded(loaded: LoadedEngine): CurrentModel {
  const { engine, source, sizeBytes } = loaded;
  const model = engine.facts;
  return {
    id: source.id,
    model_id: source.id,
    name: source.name,
    description: source.description,
    state: engineState(loaded),
    is_loaded: engine.state === "ready",
    loading_progress: 1,
    context: model.context,
    slots: engine.slots,
    train_context: model.trainContext,
    parameters: model.parameters,
    quantization: source.quantization,
    architecture: model.architecture,
    size_bytes: sizeBytes,
    load_ms: Math.round(model.loadMs),
    memory_bytes: engine.memory()?.residentBytes ?? null,
  };
}

export function describeLoading({ source, slots, progress }: Loading): CurrentModel {
  return {
    id: source.id,
    model_id: source.id,
    name: source.name,
    description: source.description,
    state: "loading",
    is_loaded: false,
    loading_progress: progress,
    context: null,
    slots,
    train_context: null,
    parameters: null,
    quantization: source.quantization,
    architecture: null,
    size_bytes: source.sizeBytes,
    load_ms: null,
    memory_bytes: null,
  };
}
