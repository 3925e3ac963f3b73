import type { Identity } from "../../access/identity.js";
import type { Route } from "../route.js";

export const listRequestsRoute: Route = {
  method: "GET",
  path: "/requests",
  scope: "infer",
  summary: "Your requests that run, wait or ended lately; the owner sees everybody's.",
  countsAgainstLimit: false,
  handler: (ctx, { requests }) => requests.list(ctx.state.identity as Identity),
};
