import type { RevokedPass } from "../../wire/passes.js";
import { notPublishable } from "../not-publishable.js";
import type { Route } from "../route.js";

export const revokePassRoute: Route = {
  method: "DELETE",
  path: "/passes/:id",
  scope: "owner",
  summary: "Ends a pass; what runs with it is ended too.",
  countsAgainstLimit: false,
  handler: (ctx, { passes = notPublishable() }): RevokedPass => {
    const pass = passes.get(ctx.params?.id ?? "");
    const ended_requests = pass.revoke();
    return { ...pass.entry(), ended_requests };
  },
};
