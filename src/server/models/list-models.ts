/** The list of models: what exists, what is wrong with it, and what of it is in memory. */
import { inLanes } from "../async/lanes.js";
import { settlesWithin } from "../async/within.js";
import type { Caller } from "../engine/caller.js";
import type { ModelEntry, ModelList } from "../wire/models.js";
import { describeEntry } from "./describe-model.js";
import type { ModelProblem, ModelRegistry, ModelSource } from "./model-registry.js";
import { maySee } from "./models.js";
import type { ResidentTable } from "./resident-table.js";

/** Files that are looked into at once. */
const lanes = 8;
/** Milliseconds after which a list does without what a slow disk has to say of a file. */
const patienceMs = 2000;

/** The models this caller may see. `currentId` is the current one, if it is in memory. */
export async function listModels(
  registry: ModelRegistry,
  table: ResidentTable,
  currentId: string | undefined,
  caller: Caller,
): Promise<ModelList> {
  const sources = (await registry.list()).filter(({ id }) => maySee(caller, id));
  const problems = await inLanes(sources, lanes, (source) => problemOf(registry, source));
  const entry = (source: ModelSource, index: number): ModelEntry =>
    describeEntry(source, problems[index] ?? null, {
      resident: table.residents.find(source.id),
      want: table.wantFor(source.id),
    });
  return {
    models: sources.map(entry),
    current_model: currentId !== undefined && maySee(caller, currentId) ? currentId : null,
    models_dir: caller.mayManage ? registry.modelsDir : null,
  };
}

async function problemOf(registry: ModelRegistry, source: ModelSource): Promise<ModelProblem | null> {
  if (source.isBuiltIn) return null;
  const look = registry.inspect(source);
  if (!(await settlesWithin(patienceMs, look))) return null;
  return registry.problem(source, await look);
}
