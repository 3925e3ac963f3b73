/** Which model in memory is meant by a caller who names none: the current one, else one that they may use. */
import type { Caller } from "../engine/caller.js";
import { LabError } from "../errors.js";
import { maySee } from "./models.js";
import type { Resident } from "./resident.js";
import type { ResidentTable } from "./resident-table.js";
import { inMemory } from "./resident-views.js";

type Table = Pick<ResidentTable, "residents" | "wants">;

/** The model that answers this caller's requests; undefined when none of theirs is in memory. All is theirs without one. */
export function callersResident(table: Table, currentId: string | undefined, caller?: Caller): Resident | undefined {
  const { residents } = table;
  const current = currentId === undefined ? undefined : residents.find(currentId);
  if (caller === undefined) return current;
  if (current !== undefined && maySee(caller, current.id)) return current;
  return residents.all.find((one) => caller.models?.has(one.id) && !one.isLeaving);
}

/**
 * Id of the model for a request that names none; it need not be in memory for a caller who may load it.
 *
 * Refuses with `model_loading` and `no_model_loaded`.
 */
export function callersModel(table: Table, currentId: string | undefined, caller: Caller): string {
  const mayLoadIt = currentId !== undefined && caller.mayManage && maySee(caller, currentId);
  const id = mayLoadIt ? currentId : callersResident(table, currentId, caller)?.id;
  if (id !== undefined) return id;
  if (table.wants.some(({ modelId }) => maySee(caller, modelId))) {
    throw new LabError("model_loading", "The model is loading. Send the request again in a moment.", {
      retryAfterSeconds: 1,
    });
  }
  const advice = caller.mayManage
    ? "Name one in model_id, or load one with POST /models/load."
    : "Ask its owner to load one.";
  const there = theirs(table, caller);
  const what = there.length === 0 ? "No model is loaded." : `No model is the current one. ${inMemory(there)}`;
  throw new LabError("no_model_loaded", `${what} ${advice}`);
}

/** What a caller hears who unloads a model that is not in memory: which of theirs are. */
export function notLoaded(table: Table, id: string, caller?: Caller): LabError {
  const loaded = theirs(table, caller);
  const there = loaded.length === 0 ? "No model is in memory." : inMemory(loaded);
  return new LabError("model_not_found", `${JSON.stringify(id)} is not in memory. ${there}`, { param: "model_id" });
}

const theirs = ({ residents }: Table, caller: Caller | undefined): Resident[] =>
  residents.all.filter((one) => !one.isLeaving && (caller === undefined || maySee(caller, one.id)));
