/** What is known of a lab at one moment. */
import type { CurrentModel } from "../../server/wire/models.js";
import type { Health, SystemInfo } from "../../server/wire/system.js";
import type { Connection } from "./connection.js";

export interface LabSnapshot {
  /** "live" while the server answers. */
  readonly contact: "live" | "lost" | "stopped";
  /** The last the server said. */
  readonly health: Health;
  readonly model: CurrentModel | undefined;
  readonly system: SystemInfo | undefined;
  /** When it was last seen to differ from before, ISO 8601. */
  readonly changedAt: string;
}

/** Everything the server said about itself but the time it is up. */
const withoutClock = ({ uptime_seconds, ...rest }: Health): string => JSON.stringify(rest);

/** False while the engine was not measured yet: the server does that after the model is loaded. */
const isMeasured = ({ health, system }: LabSnapshot): boolean =>
  health.model === null || system?.engine.memory_bytes != null;

/** Asks the server how it is. Model and machine are asked for only when they may have changed since `known`. */
export async function lookAt(connection: Connection, known?: LabSnapshot): Promise<LabSnapshot> {
  const quiet = { waitSeconds: 0, headSeconds: 10 };
  const health = await connection.json<Health>("GET", "/health", quiet);
  if (known?.contact === "live" && isMeasured(known) && withoutClock(known.health) === withoutClock(health))
    return { ...known, health };
  const changedAt = new Date().toISOString();
  const isSameModel =
    known !== undefined && isMeasured(known) && known.model?.is_loaded === true && known.health.model === health.model;
  if (isSameModel && !health.loading) return { ...known, contact: "live", health, changedAt };
  const [model, system] = await Promise.all([
    health.model || health.loading
      ? connection.json<CurrentModel>("GET", "/models/current", quiet).catch(() => undefined)
      : undefined,
    connection.json<SystemInfo>("GET", "/system/info", quiet).catch(() => undefined),
  ]);
  return { contact: "live", health, model, system, changedAt };
}
