/** What a health check is told: the state of the loaded model, the loading one and the line, in one look. */
import type { LocalEngine } from "../engine/local/local-engine.js";
import type { Loading } from "./model-loader.js";
import type { ModelStatus } from "./models.js";

export interface StatusParts {
  readonly engine: LocalEngine | undefined;
  readonly loading: Loading | undefined;
  readonly waitingForLoad: number;
  /** Slots a model would get; told while none is loaded. */
  readonly slots: number;
  readonly isClosing: boolean;
}

export function modelStatus(parts: StatusParts): ModelStatus {
  const { engine, loading, waitingForLoad } = parts;
  return {
    ...stateAndReason(parts),
    model: engine?.modelId ?? null,
    loading: loading === undefined ? null : { model: loading.source.id, progress: loading.progress },
    slots: { busy: engine?.busy ?? 0, total: engine?.slots ?? parts.slots },
    waiting: (engine?.waiting ?? 0) + waitingForLoad,
  };
}

function stateAndReason({ engine, loading, isClosing }: StatusParts): Pick<ModelStatus, "state" | "reason"> {
  if (isClosing) return { state: "stopping", reason: "The server is stopping." };
  if (engine === undefined) {
    return loading === undefined
      ? { state: "no_model", reason: "No model is loaded. POST /models/load loads one." }
      : {
          state: "loading",
          reason: `"${loading.source.id}" is loading, ${Math.round(loading.progress * 100)} % so far.`,
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
