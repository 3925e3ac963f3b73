/** What a health check says: the state of the current model, the one that loads and the queue, in one look. */
import type { Engine } from "../engine/engine.js";
import type { ResidentModel } from "../wire/models.js";
import type { ModelStatus } from "./models.js";

export interface StatusParts {
  /** The engine of the current model; undefined when it is not in memory. */
  readonly engine: Engine | undefined;
  readonly loading: { readonly model: string; readonly progress: number } | null;
  /** Requests that wait for a model outside of engines. */
  readonly waitingForModel: number;
  /** Slots a model would get; told while none is loaded. */
  readonly slots: number;
  readonly models: readonly ResidentModel[];
  readonly isClosing: boolean;
}

export function modelStatus(parts: StatusParts): ModelStatus {
  const { engine, loading, waitingForModel, models } = parts;
  return {
    ...stateAndReason(parts),
    model: engine?.modelId ?? null,
    loading,
    slots: { busy: engine?.busy ?? 0, total: engine?.slots ?? parts.slots },
    waiting: (engine?.waiting ?? 0) + waitingForModel,
    models,
  };
}

function stateAndReason({ engine, loading, models, isClosing }: StatusParts): Pick<ModelStatus, "state" | "reason"> {
  if (isClosing) return { state: "stopping", reason: "The server is stopping." };
  if (engine === undefined) {
    if (loading !== null) {
      const percent = Math.round(loading.progress * 100);
      return { state: "loading", reason: `"${loading.model}" is loading, ${percent} % so far.` };
    }
    const others = models.filter(({ state }) => state === "loaded").map(({ id }) => `"${id}"`);
    return {
      state: "no_model",
      reason:
        others.length === 0
          ? "No model is loaded. POST /models/load loads one."
          : `No model is the current one. In memory: ${others.join(", ")}. Name one in model_id.`,
    };
  }
  if (engine.state === "failed") {
    return { state: "failed", reason: `The engine stays down: ${engine.reason}. POST /models/load starts it again.` };
  }
  if (engine.state === "unresponsive") return { state: "restarting", reason: `The engine is late: ${engine.reason}.` };
  if (engine.state !== "ready") {
    return { state: "restarting", reason: `The engine is coming back after it died: ${engine.reason}.` };
  }
  if (engine.busy >= engine.slots) return { state: "busy", reason: `All ${engine.slots} slots are busy.` };
  return { state: "ready", reason: null };
}
