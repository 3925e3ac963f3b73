/** The models a publication shows: whether they exist, and one that it does not show. */

import type { Caller } from "../engine/caller.js";
import { LabError } from "../errors.js";
import type { Models } from "../models/models.js";

/** Who publishes: the owner, who sees every model. */
const owner: Caller = { key: "home", isOwner: true, mayManage: true, models: null };

/** Refuses with `model_not_found` when one of the ids is of no model. */
export async function refuseUnknownModels(models: Pick<Models, "list">, shown: readonly string[]): Promise<void> {
  const known = new Set((await models.list(owner)).models.map(({ id }) => id));
  const unknown = shown.find((id) => !known.has(id));
  if (unknown === undefined) return;
  const advice = "GET /models/available lists the ones that are.";
  throw new LabError("model_not_found", `No model is called "${unknown}". ${advice}`, { param: "models" });
}

/** Id of a model that a key of the publication may not use; undefined when all are shown. */
export async function unshownModel(
  models: Pick<Models, "list">,
  shown: readonly string[],
): Promise<string | undefined> {
  return (await models.list(owner)).models.find(({ id }) => !shown.includes(id))?.id;
}
