/** The models: what exists, what is loaded. */
import { LabError } from "../../errors.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { currentModel, loadBody, loadResponse, modelList, unloadBody, unloadResponse } from "../../schema/models.js";
import { errorBody } from "../errors.js";
import { onReplyClosed } from "../reply-closed.js";
import { type Route, route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const modelRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/models/load",
    scope: "manage",
    summary: "Loads a model, beside the others where memory allows, and makes it the current one once it answers.",
    limit: "counted",
    body: loadBody,
    answer: json(loadResponse),
    example: { body: { model_id: "sample-b" } },
    handler: async ({ modelId, context, slots, keepAliveSeconds, warnings }, ctx, { models }) => {
      const gone = new AbortController();
      onReplyClosed(ctx, () => gone.abort());
      const model = await models.load(modelId, { context, slots, keepAliveSeconds }, gone.signal, callerOf(ctx));
      const message = [`"${model.id}" is loaded.`, ...(model.note === null ? [] : [model.note]), ...warnings].join(" ");
      return { status: "success", message, model };
    },
  }),
  route({
    method: "POST",
    path: "/models/unload",
    scope: "manage",
    summary: "Lets running requests finish and frees the memory of a model; of the current one when none is named.",
    limit: "free",
    body: unloadBody,
    answer: json(unloadResponse),
    example: { body: { model_id: "sample-b" } },
    handler: (modelId, ctx, { models }) => models.unload(modelId, callerOf(ctx)),
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
      const current = models.current(callerOf(ctx));
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
    handler: (_none, ctx, { models }) => models.list(callerOf(ctx)),
  }),
];
