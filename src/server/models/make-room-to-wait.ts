/** Who may wait for a model that is not in memory: as fair between keys as an engine's own queue. */
import type { Caller } from "../engine/caller.js";
import { whoMakesRoom } from "../engine/choose-next.js";
import { LabError } from "../errors.js";
import type { Want } from "./want.js";

/**
 * Makes sure that one request of this caller may wait while at most `most` wait for all models together: where that many
 * do, the last one of the key with the most requests is refused with `queue_full`, this one where that is its own key.
 */
export function makeRoomToWait(wants: readonly Want[], caller: Caller, most: number): void {
  const waiting = wants.flatMap((want) => want.generations.map((generation) => ({ want, generation })));
  if (waiting.length < most) return;
  const callers = waiting.map(({ generation }) => generation.caller);
  const leaving = waiting[whoMakesRoom(callers, caller.key) ?? -1];
  const full = fullError(waiting.length);
  if (leaving === undefined) throw full;
  leaving.want.refuse(leaving.generation, full);
}

const fullError = (waiting: number): LabError =>
  new LabError(
    "queue_full",
    `${waiting} requests wait for models to load, which is the most that --waiting and --slots allow. Send it again later.`,
    { retryAfterSeconds: 2 },
  );
