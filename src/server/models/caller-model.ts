/** Which model in memory is meant by a caller who names none: the current one, else one that they may use. */
import type { Caller } from "../engine/caller.js";
import { gift, type Wish } from "../engine/unfit.js";
import { LabError } from "../errors.js";
import { isModelPath } from "../state/model-path.js";
import { chooseModel, plainName } from "./choose-model.js";
import { modelNotFound } from "./model-not-found.js";
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
  return residents.all.find((one) => caller.models?.has(one.id) && !one.isLeaving && one.engine.can.writes);
}

/** Id of the model in memory that measures texts so and was loaded last. Refuses with `no_model_loaded`. */
function callersMeter({ residents }: Table, wish: Exclude<Wish, "text">, caller: Caller): string {
  const found = residents.all.findLast(
    ({ id, engine, isLeaving }) => !isLeaving && gift(engine.can) === wish && maySee(caller, id),
  );
  if (found !== undefined) return found.id;
  const what = wish === "embed" ? "No model for embeddings is in memory." : "No reranker is in memory.";
  throw new LabError(
    "no_model_loaded",
    `${what} Name one in model; GET /models/available says of which kind each is.`,
    { param: "model" },
  );
}

/**
 * Id of the model for a request that names none; it need not be in memory for a caller who may load it.
 *
 * Refuses with `model_loading` and `no_model_loaded`.
 */
function callersModel(table: Table, currentId: string | undefined, caller: Caller): string {
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

/**
 * The model that this caller means by a name in a request, as far as that can be known at once: of those in memory or, for
 * a key that may use some models only, of those. Any other name is given back as it is, to be looked up.
 *
 * Refuses with `model_not_found` what is none of a key's models, and paths: a request names models by their ids.
 */
function calledModel({ residents, wants }: Table, called: string, caller: Caller): string {
  const name = residents.meaning(called);
  if (caller.models !== null) {
    const named = chooseModel(name, [...caller.models]);
    if (!("id" in named)) throw modelNotFound(name, [...caller.models]);
    return named.id;
  }
  const there = [...residents.all, ...wants.map(({ modelId }) => ({ id: modelId }))].map(({ id }) => id);
  if (there.includes(name)) return name;
  if (isModelPath(name)) throw modelNotFound(name, there);
  const plain = plainName(name);
  return there.includes(plain) ? plain : name;
}

/** The model of a request that names one, or none. Refuses as `callersModel` and `calledModel` do. */
export function askedModel(
  table: Table,
  currentId: string | undefined,
  name: string | undefined,
  caller: Caller,
  wish: Wish = "text",
): string {
  if (name !== undefined) return calledModel(table, name, caller);
  return wish === "text" ? callersModel(table, currentId, caller) : callersMeter(table, wish, caller);
}

/** Id of the model in memory, or on its way, that this caller means to unload. Refuses with `model_not_found`. */
export function leavingModel(table: Table, called: string, caller?: Caller): string {
  const name = table.residents.meaning(called);
  const ids = [...table.residents.all.map(({ id }) => id), ...table.wants.map(({ modelId }) => modelId)];
  const named = chooseModel(
    name,
    [...new Set(ids)].filter((id) => caller === undefined || maySee(caller, id)),
  );
  if ("id" in named) return named.id;
  throw notLoaded(table, name, caller);
}

/** What a caller hears who unloads a model that is not in memory: which of theirs are. */
export function notLoaded(table: Table, id: string, caller?: Caller): LabError {
  const loaded = theirs(table, caller);
  const there = loaded.length === 0 ? "No model is in memory." : inMemory(loaded);
  return new LabError("model_not_found", `${JSON.stringify(id)} is not in memory. ${there}`, { param: "model_id" });
}

const theirs = ({ residents }: Table, caller: Caller | undefined): Resident[] =>
  residents.all.filter((one) => !one.isLeaving && (caller === undefined || maySee(caller, one.id)));
