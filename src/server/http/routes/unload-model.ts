import type { Route } from "../route.js";

export const unloadModelRoute: Route = {
  method: "POST",
  path: "/models/unload",
  scope: "manage",
  summary: "Lets running requests finish and frees the model's memory.",
  countsAgainstLimit: false,
  handler: (_ctx, { models }) => models.unload(),
};
