/** What a person hears who names a model that is none. */
import { LabError } from "../errors.js";
import { isModelPath } from "../state/model-path.js";
import { chooseModel, thereAre, whyNone } from "./choose-model.js";
import { type Models, owner } from "./models.js";

/**
 * `ids` are the models the asker may see: the words are the same whether there is another one of this name or not, and
 * whatever lies at a path. `usable` are those of them that are worth naming.
 */
export function modelNotFound(
  name: string,
  ids: readonly string[],
  { param = "model_id", usable = ids }: { param?: "model_id" | "models"; usable?: readonly string[] } = {},
): LabError {
  const named = chooseModel(name, ids);
  const why = whyNone(name, "id" in named ? { near: [named.id] } : named, usable);
  return new LabError("model_not_found", isModelPath(name) ? aboutPaths(usable) : why, { param });
}

/** The path is not repeated: whoever reads a log of errors need not learn it. */
const aboutPaths = (ids: readonly string[]): string =>
  `A path names a model only to the owner of this lab, when it loads one (--model, startLab, lab.models.load); from then on its id is the file's name. ${thereAre(ids)}`;

/** Refuses with `model_not_found` when one of the ids that the owner wants to show is of no model. */
export async function refuseUnknownModels(models: Pick<Models, "list">, shown: readonly string[]): Promise<void> {
  const known = (await models.list(owner)).models.map(({ id }) => id);
  const unknown = shown.find((id) => !known.includes(id));
  if (unknown !== undefined) throw modelNotFound(unknown, known, { param: "models" });
}
