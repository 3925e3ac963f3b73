/** What is known of a lab at one moment. */
import type { CurrentModel, ResidentModel } from "../../server/wire/models.js";
import type { Health, SystemInfo } from "../../server/wire/system.js";
import type { Connection } from "./connection.js";
import { LabRequestError } from "./request-error.js";

export interface LabSnapshot {
  /** "live" while the server answers. */
  readonly contact: "live" | "lost" | "stopped" | "restarted";
  /** The last the server said. */
  readonly health: Health;
  readonly model: CurrentModel | undefined;
  readonly system: SystemInfo | undefined;
  /** When it was last seen to differ from before, ISO 8601. */
  readonly changedAt: string;
  /** When model and machine were asked for, in milliseconds of `performance.now()`. */
  readonly lookedAtMs: number;
}

/** Milliseconds after which model and machine are asked for again: the same model may be loaded with another context. */
const modelAgeMs = 10_000;

/** Everything in memory, on its way in or out; empty where a server of an older version does not tell. */
export const residentsOf = (health: Health): readonly ResidentModel[] => health.models ?? [];

/** Everything the server said about itself but what moves by itself: the time it is up, memory, times of use. */
const withoutClock = (health: Health): string => {
  const models = residentsOf(health).map(({ id, state }) => [id, state]);
  return JSON.stringify({ ...health, uptime_seconds: 0, models });
};

const withoutMemory = (model: CurrentModel | undefined): string =>
  JSON.stringify({ ...model, memory_bytes: null, kept_bytes: null, threads_in_use: null, models: null });

/** False while the engine was not measured yet: the server does that after the model is loaded. */
const isMeasured = ({ health, system }: LabSnapshot): boolean =>
  health.model === null || system?.engine.memory_bytes != null;

/** True when what is known of the model still holds, as far as the server's health says. */
const hasSameModel = (known: LabSnapshot, health: Health): boolean =>
  isMeasured(known) &&
  performance.now() - known.lookedAtMs < modelAgeMs &&
  known.health.loading === null &&
  health.loading === null &&
  known.health.model === health.model &&
  known.health.slots.total === health.slots.total &&
  (health.model === null || known.model?.is_loaded === true);

/**
 * Asks the server how it is. Model and machine are asked for only when they may have changed since `known`, and every
 * ten seconds.
 */
export async function lookAt(connection: Connection, known?: LabSnapshot): Promise<LabSnapshot> {
  const quiet = { waitSeconds: 0, headSeconds: 10, isWatching: true };
  const health = await connection.json<Partial<Health>>("GET", "/health", quiet);
  if (!isWhole(health)) throw await whyNotWhole(connection);
  const now = new Date().toISOString();
  const isSame = known?.contact === "live" && withoutClock(known.health) === withoutClock(health);
  if (known !== undefined && hasSameModel(known, health)) {
    return { ...known, contact: "live", health, changedAt: isSame ? known.changedAt : now };
  }
  const [model, system] = await Promise.all([
    health.model || health.loading
      ? connection.json<CurrentModel>("GET", "/models/current", quiet).catch(() => undefined)
      : undefined,
    connection.json<SystemInfo>("GET", "/system/info", quiet).catch(() => undefined),
  ]);
  const lookedAtMs = performance.now();
  // memory moves all the time: a card that changed for that alone would close what a person has opened in it
  if (isSame && isMeasured(known) && known.model && withoutMemory(known.model) === withoutMemory(model)) {
    return { ...known, health, lookedAtMs };
  }
  return { contact: "live", health, model, system, changedAt: now, lookedAtMs };
}

/** A lab that has a key tells those without one no more than that it is there. */
const isWhole = (health: Partial<Health>): health is Health =>
  typeof health.state === "string" && typeof health.slots?.total === "number";

/** The lab's own refusal, which says that a key is missing. */
async function whyNotWhole(connection: Connection): Promise<unknown> {
  const refusal = await connection
    .json("GET", "/models/available", { waitSeconds: 0, headSeconds: 10 })
    .catch((error: unknown) => error);
  if (refusal instanceof LabRequestError) return refusal;
  const sentence = `${connection.url} answers, but does not say how it is as LocalLab does. Check the address.`;
  return new LabRequestError("not_a_lab", sentence);
}
