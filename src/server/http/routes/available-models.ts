import type { Route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const availableModelsRoute: Route = {
  method: "GET",
  path: "/models/available",
  scope: "infer",
  summary: "Every model that could be loaded.",
  countsAgainstLimit: false,
  handler: (ctx, { models }) => models.list(callerOf(ctx)),
};
