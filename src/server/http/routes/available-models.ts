import type { Route } from "../route.js";

export const availableModelsRoute: Route = {
  method: "GET",
  path: "/models/available",
  scope: "infer",
  summary: "Every model that could be loaded.",
  countsAgainstLimit: false,
  handler: (_ctx, { models }) => models.list(),
};
