import type { PassList } from "../../wire/passes.js";
import { notPublishable } from "../not-publishable.js";
import type { Route } from "../route.js";

export const listPassesRoute: Route = {
  method: "GET",
  path: "/passes",
  scope: "owner",
  summary: "Every pass and what was used of it.",
  countsAgainstLimit: false,
  handler: (_ctx, { passes = notPublishable() }): PassList => ({ passes: passes.list().map((pass) => pass.entry()) }),
};
