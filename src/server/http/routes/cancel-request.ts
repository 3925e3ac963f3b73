import type { Identity } from "../../access/identity.js";
import type { Route } from "../route.js";

export const cancelRequestRoute: Route = {
  method: "DELETE",
  path: "/requests/:id",
  scope: "infer",
  summary: "Ends a request of yours that runs or waits; the owner may end anybody's.",
  countsAgainstLimit: false,
  handler: (ctx, { requests }) => requests.cancel(ctx.params?.id ?? "", ctx.state.identity as Identity),
};
