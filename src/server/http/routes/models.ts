/** The models: what exists, what is loaded. */
import { LabError } from "../../errors.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { currentModel, loadBody, loadResponse, modelList, unloadResponse } from "../../schema/models.js";
import { errorBody } from "../errors.js";
import { type Route, route } from "../route.js";

export const modelRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/models/load",
    scope: "manage",
    summary: "Loads a model beside the loaded one and moves to it once it answers.",
    limit: "counted",
    body: loadBody,
    answer: json(loadResponse),
    example: { body: { model_id: "sample-b" } },
    handler: async ({ modelId, context, slots, warnings }, _ctx, { models }) => {
      const model = await models.load(modelId, { context, slots });
      return { status: "success", message: [`"${modelId}" is loaded.`, ...warnings].join(" "), model };
    },
  }),
  route({
    method: "POST",
    path: "/models/unload",
    scope: "manage",
    summary: "Lets running requests finish and frees the model's memory.",
    limit: "free",
    body: noBody,
    answer: json(unloadResponse),
    example: {},
    handler: (_none, _ctx, { models }) => models.unload(),
  }),
  route({
    method: "GET",
    path: "/models/current",
    scope: "infer",
    summary: "The loaded model, or the one that loads.",
    limit: "free",
    body: noBody,
    answer: json(currentModel),
    example: {},
    handler: (_none, ctx, { models }) => {
      const current = models.current();
      if (current !== null) return current;
      // not the 400 of the table: LocalLab's clients take 404 for "none is loaded"
      ctx.status = 404;
      return errorBody(new LabError("no_model_loaded", "No model is loaded. POST /models/load loads one."), 404);
    },
  }),
  route({
    method: "GET",
    path: "/models/available",
    scope: "infer",
    summary: "Every model that could be loaded.",
    limit: "free",
    body: noBody,
    answer: json(modelList),
    example: {},
    handler: (_none, _ctx, { models }) => models.list(),
  }),
];
