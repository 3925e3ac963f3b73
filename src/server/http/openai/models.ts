/** Models as OpenAI's API lists them. */
import { LabError } from "../../errors.js";
import { pairsOf } from "../../models/alias-names.js";
import { chooseModel } from "../../models/choose-model.js";
import type { ModelEntry } from "../../wire/models.js";
import type { OpenaiModel } from "../../wire/openai.js";
import type { HttpServices } from "../http-services.js";
import type { LabContext } from "../route.js";
import { callerOf } from "../running-generation.js";

/** The models that this caller can ask: those that can be loaded, or, for who may not load, those that are. */
export async function askableModels(
  ctx: LabContext,
  { models, settings }: HttpServices,
): Promise<readonly ModelEntry[]> {
  const caller = callerOf(ctx);
  const { models: all } = await models.list(caller);
  const askable = all.filter(({ state, is_loaded }) =>
    caller.mayManage ? state !== "bad" && state !== "incomplete" : is_loaded || state === "loading",
  );
  return [...askable, ...aliasesOf(askable, settings.alias)];
}

/** Models again, by the other names that the owner gave them. */
function aliasesOf(models: readonly ModelEntry[], aliases: readonly string[]): ModelEntry[] {
  const ids = models.map(({ id }) => id);
  return pairsOf(aliases).flatMap(([alias, name]) => {
    const meant = chooseModel(name, ids);
    const model = "id" in meant && !ids.includes(alias) ? models.find(({ id }) => id === meant.id) : undefined;
    return model === undefined ? [] : [{ ...model, id: alias }];
  });
}

export function openaiModel(
  { id }: Pick<ModelEntry, "id">,
  { startedAt }: Pick<HttpServices, "startedAt">,
): OpenaiModel {
  const created = Math.floor((Date.now() - (performance.now() - startedAt)) / 1000);
  return { id, object: "model", created, owned_by: "locallab" };
}

/** The model of this name. Refuses with `model_not_found`. */
export async function oneModel(ctx: LabContext, services: HttpServices, id: string): Promise<ModelEntry> {
  const found = (await askableModels(ctx, services)).find((model) => model.id === id);
  if (found !== undefined) return found;
  throw new LabError(
    "model_not_found",
    `No model is called ${JSON.stringify(id.slice(0, 80))}. GET /v1/models lists the ones that are.`,
    {
      param: "model",
    },
  );
}
