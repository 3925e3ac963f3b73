/** Waits until a lab has the model it should have, and shows how far it is. */
import type { LoadResponse } from "../../server/wire/models.js";
import type { Health } from "../../server/wire/system.js";
import { OngoingWork } from "../client/ongoing.js";
import type { LocalLab } from "./local-lab.js";
import type { StartDisplay } from "./start-display.js";

/** Milliseconds between two looks at how far a load is. */
const lookPauseMs = 150;

/**
 * Resolves when `wanted`, or without it any model, is loaded; at once when the settings say that none should be.
 *
 * Asking for a load that is under way joins it, so the server's own reason is known when it fails.
 */
export async function waitForModel(
  { lab, state, connection }: LocalLab,
  wanted: string | undefined,
  display: StartDisplay,
): Promise<void> {
  const health = await connection.json<Health>("GET", "/health");
  const model = wanted ?? health.model ?? health.loading?.model ?? String(state.settings.model ?? "sample");
  const isThere = health.model === model && health.state !== "failed";
  display.handOver(lab);
  if (model === "none" || isThere) return;
  const timer = setInterval(() => void lab.refresh(), lookPauseMs);
  timer.unref();
  try {
    await new OngoingWork(
      (signal) =>
        connection.json<LoadResponse>("POST", "/models/load", { body: { model_id: model }, signal, silenceSeconds: 0 }),
      {},
    );
  } finally {
    clearInterval(timer);
    await lab.refresh();
  }
}
