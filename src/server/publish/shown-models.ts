/** The models a publication shows: whether they exist, and one that it does not show. */
import { LabError } from "../errors.js";
import type { Models } from "../models/models.js";

/** Refuses with `model_not_found` when one of the ids is of no model. */
export async function refuseUnknownModels(models: Pick<Models, "list">, shown: readonly string[]): Promise<void> {
  const known = new Set((await models.list()).models.map(({ id }) => id));
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
  return (await models.list()).models.find(({ id }) => !shown.includes(id))?.id;
}
