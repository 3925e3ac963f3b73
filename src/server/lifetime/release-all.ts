/** What a server has at work, and how it lets go of it. */
import type { Models } from "../models/models.js";
import type { Publisher } from "../publish/publisher.js";
import type { StopResponse } from "../wire/lab.js";

/** True while a request runs or waits, or a model loads. */
export function isAtWork(models: Pick<Models, "status">): boolean {
  return models
    .status()
    .models.some(({ slots, waiting, state }) => slots.busy > 0 || waiting > 0 || state === "loading");
}

interface Running {
  readonly models: Models;
  readonly publisher: Publisher;
  readonly url: string;
  readonly startedAt: number;
}

/** Ends the engine and the publication; says what came back. */
export async function releaseAll(
  { models, publisher, url, startedAt }: Running,
  drainSeconds: number,
): Promise<StopResponse> {
  const { model, models: resident } = models.status();
  const memory = resident.reduce((sum, one) => sum + (one.memory_bytes ?? 0), 0);
  const publicUrl = publisher.status().url;
  const [cancelled] = await Promise.all([models.close(drainSeconds), publisher.close(drainSeconds * 1000)]);
  return {
    status: "stopped",
    pid: process.pid,
    url,
    model_id: model,
    freed_bytes: memory,
    cancelled_requests: cancelled,
    uptime_seconds: (performance.now() - startedAt) / 1000,
    public_url: publicUrl,
  };
}
