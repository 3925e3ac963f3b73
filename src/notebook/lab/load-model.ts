/** Loads a model, shows how far it is, and says afterwards what is true of it. */
import type { LoadRequest, LoadResponse } from "../../server/wire/models.js";
import type { Health } from "../../server/wire/system.js";
import type { Connection } from "../client/connection.js";
import type { End } from "../client/ongoing.js";
import { LabRequestError } from "../client/request-error.js";
import { whileAnswering } from "../client/while-answering.js";
import { durationText } from "../displays/units.js";

/** Milliseconds between two looks at how far a load is. */
const progressPauseMs = 250;
/** Looks at what became of a load that was given up: a server needs a moment to end one. */
const looksAfterwards = 12;

export interface LoadCall {
  readonly body: LoadRequest;
  /** Ends the request; the server ends the load when no other client waits for it. */
  readonly signal: AbortSignal;
  readonly waitSeconds?: number | undefined;
  /** Gets what the server says while it loads. */
  readonly onHealth?: (health: Health) => void;
}

/** Resolves once the model answers. A load has no deadline; a server that says nothing for a minute has one. */
export const loadModel = (
  connection: Connection,
  { body, signal, waitSeconds, onHealth }: LoadCall,
): Promise<LoadResponse> =>
  whileAnswering(connection, { signal, pauseMs: progressPauseMs, ...(onHealth && { onHealth }) }, (both) =>
    connection.json<LoadResponse>("POST", "/models/load", { body, signal: both, waitSeconds, headSeconds: 0 }),
  );

/** What is known at the moment a load did not end well: no more than that. */
export function unfinishedLoadText(id: string, end: Exclude<End<unknown>, { state: "done" }>, tookMs: number): string {
  const after = `after ${durationText(tookMs)}`;
  if (end.state === "cancelled")
    return `The load of ${id} was given up ${after}; lab.models.current() says what is loaded.`;
  const isRefused = end.error instanceof LabRequestError && end.error.status !== null;
  return isRefused
    ? `${id} was not loaded: failed ${after}.`
    : `The connection ended ${after}, while ${id} loaded; lab.models.current() says what is loaded.`;
}

/** What became of a load that was given up, as the server says; undefined when it does not say. */
export async function afterGivingUp(connection: Connection, id: string): Promise<string | undefined> {
  for (let look = 1; ; look += 1) {
    const health = await connection.json<Health>("GET", "/health", { waitSeconds: 0 }).catch(() => undefined);
    if (health === undefined) return undefined;
    if (health.loading?.model !== id) return endedLoadText(id, health);
    if (look === looksAfterwards) return `${id} still loads: others wait for it, or it cannot be stopped any more.`;
    await new Promise((resolve) => setTimeout(resolve, progressPauseMs));
  }
}

const endedLoadText = (id: string, { model }: Health): string =>
  model === id
    ? `${id} is loaded: its load was given up too late, or others wanted it.`
    : `The load of ${id} was given up; ${model === null ? "no model" : model} is loaded.`;
