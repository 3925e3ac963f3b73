/** The list of models: what exists, what is wrong with it, and what of it is in memory. */
import type { Caller } from "../engine/caller.js";
import type { ModelList } from "../wire/models.js";
import { describeEntry } from "./describe-model.js";
import type { ModelRegistry } from "./model-registry.js";
import { maySee } from "./models.js";
import type { ResidentTable } from "./resident-table.js";

/** The models this caller may see. `currentId` is the current one, if it is in memory. */
export async function listModels(
  registry: ModelRegistry,
  table: ResidentTable,
  currentId: string | undefined,
  caller: Caller,
): Promise<ModelList> {
  const seen = (await registry.survey()).filter(({ source }) => maySee(caller, source.id));
  return {
    models: seen.map((model) =>
      describeEntry(model, { resident: table.residents.find(model.source.id), want: table.wantFor(model.source.id) }),
    ),
    current_model: currentId !== undefined && maySee(caller, currentId) ? currentId : null,
    models_dir: caller.mayManage ? registry.modelsDir : null,
  };
}
