import { modelNotFound } from "../../models/model-registry.js";
import { maySee } from "../../models/models.js";
import { parseLoad } from "../../schema/parse-load.js";
import type { LoadResponse } from "../../wire/models.js";
import { onReplyClosed } from "../reply-closed.js";
import type { Route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const loadModelRoute: Route = {
  method: "POST",
  path: "/models/load",
  scope: "manage",
  summary: "Loads a model, beside the others where memory allows, and makes it the current one once it answers.",
  countsAgainstLimit: true,
  handler: async (ctx, { models }): Promise<LoadResponse> => {
    const { modelId, context, slots, keepAliveSeconds, warnings } = parseLoad(ctx.state.body);
    if (!maySee(callerOf(ctx), modelId)) throw modelNotFound(modelId);
    const gone = new AbortController();
    onReplyClosed(ctx, () => gone.abort());
    const model = await models.load(modelId, { context, slots, keepAliveSeconds }, gone.signal);
    const message = [`"${modelId}" is loaded.`, ...(model.note === null ? [] : [model.note]), ...warnings].join(" ");
    return { status: "success", message, model };
  },
};
