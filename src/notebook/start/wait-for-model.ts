/** Waits until a lab has the model it should have, and shows how far it is. */
import { modelAsTyped } from "../../server/state/model-path.js";
import type { Health } from "../../server/wire/system.js";
import { loadModel } from "../lab/load-model.js";
import type { LocalLab } from "./local-lab.js";
import type { StartDisplay } from "./start-display.js";

export interface ModelWait {
  /** Id of the model, or the path of its file; undefined takes any, and none when the settings say that none should be. */
  readonly wanted: string | undefined;
  readonly display: StartDisplay;
  /** Gives up; the server ends the load when no other client waits for it. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when the model is loaded; at once when none should be.
 *
 * Asking for a load that is under way joins it, so the server's own reason is known when it fails.
 */
export async function waitForModel(
  { lab, state, connection }: LocalLab,
  { wanted, display, signal }: ModelWait,
): Promise<void> {
  const health = await connection.json<Health>("GET", "/health", { signal });
  const asked = wanted === undefined ? undefined : modelAsTyped(wanted);
  const model = asked ?? health.model ?? health.loading?.model ?? String(state.settings.model ?? "auto");
  const isThere = health.model === model && health.state !== "failed";
  display.handOver(lab);
  if (model === "none" || isThere) return;
  let isLooking = false;
  const onHealth = (): void => {
    if (isLooking) return;
    isLooking = true;
    void lab.refresh().finally(() => {
      isLooking = false;
    });
  };
  try {
    await loadModel(connection, { body: { model_id: model }, signal, onHealth });
  } finally {
    if (!signal.aborted) await lab.refresh();
  }
}
