import { parseLoad } from "../../schema/parse-load.js";
import type { LoadResponse } from "../../wire/models.js";
import type { Route } from "../route.js";

export const loadModelRoute: Route = {
  method: "POST",
  path: "/models/load",
  scope: "manage",
  summary: "Loads a model beside the loaded one and moves to it once it answers.",
  countsAgainstLimit: true,
  handler: async (ctx, { models }): Promise<LoadResponse> => {
    const { modelId, context, slots, warnings } = parseLoad(ctx.state.body);
    const model = await models.load(modelId, { context, slots });
    return { status: "success", message: [`"${modelId}" is loaded.`, ...warnings].join(" "), model };
  },
};
