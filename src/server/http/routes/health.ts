import type { Health } from "../../wire/system.js";
import type { Route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const healthRoute: Route = {
  method: "GET",
  path: "/health",
  scope: "public",
  summary: "200 while the server answers at all. Without a key, where one is needed, nothing more than that.",
  countsAgainstLimit: false,
  handler: (ctx, { models, owner, startedAt, version, isStopping }): Health | Pick<Health, "status"> => {
    if (ctx.state.identity === null) return { status: "healthy" };
    const { state, model, loading, slots, waiting, models: resident } = models.status(callerOf(ctx));
    return {
      status: "healthy",
      state: isStopping() ? "stopping" : state,
      model,
      loading,
      slots,
      waiting,
      models: [...resident],
      holders: ctx.state.identity.isOwner ? (owner?.holders ?? null) : null,
      uptime_seconds: (performance.now() - startedAt) / 1000,
      version,
    };
  },
};
