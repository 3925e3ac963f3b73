import { modelNotFound } from "../../models/model-registry.js";
import { maySee } from "../../models/models.js";
import { parseUnload } from "../../schema/parse-load.js";
import type { UnloadResponse } from "../../wire/models.js";
import type { Route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const unloadModelRoute: Route = {
  method: "POST",
  path: "/models/unload",
  scope: "manage",
  summary: "Lets running requests finish and frees the memory of a model; of the current one when none is named.",
  countsAgainstLimit: false,
  handler: (ctx, { models }): Promise<UnloadResponse> => {
    const modelId = parseUnload(ctx.state.body);
    if (modelId !== undefined && !maySee(callerOf(ctx), modelId)) throw modelNotFound(modelId);
    return models.unload(modelId);
  },
};
