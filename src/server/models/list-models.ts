/** The list of models: what exists, what is wrong with it, and what of it is in memory. */
import type { Caller } from "../engine/caller.js";
import type { ModelList } from "../wire/models.js";
import { describeEntry, type Room } from "./describe-model.js";
import type { ModelRegistry } from "./model-registry.js";
import { maySee } from "./models.js";
import { modelsFolderNote } from "./models-folder-note.js";
import type { ResidentTable } from "./resident-table.js";

/** What is known beside the files: the current model, if it is in memory, and the room for another. */
export interface ListParts extends Room {
  readonly currentId: string | undefined;
}

/** The models this caller may see: the owner's own files before the sample models. */
export async function listModels(
  registry: ModelRegistry,
  table: ResidentTable,
  { currentId, wish, freeBytes }: ListParts,
  caller: Caller,
): Promise<ModelList> {
  const seen = (await registry.survey()).filter(({ source }) => maySee(caller, source.id));
  const inOrder = [...seen.filter(({ source }) => !source.isBuiltIn), ...seen.filter(({ source }) => source.isBuiltIn)];
  const hasFiles = inOrder.some(({ source }) => !source.isBuiltIn);
  const room: Room = { wish, freeBytes: caller.mayManage ? freeBytes : null };
  return {
    models: inOrder.map((model) => {
      const { id } = model.source;
      return describeEntry(model, { resident: table.residents.find(id), want: table.wantFor(id) }, room);
    }),
    current_model: currentId !== undefined && maySee(caller, currentId) ? currentId : null,
    models_dir: caller.mayManage ? registry.modelsDir : null,
    models_dir_note: caller.mayManage ? await modelsFolderNote(registry.modelsDir, hasFiles) : null,
  };
}
