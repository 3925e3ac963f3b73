import type { Ready } from "../../wire/system.js";
import type { Route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const readyRoute: Route = {
  method: "GET",
  path: "/ready",
  scope: "infer",
  summary: "200 when a request would be served now, else 503 with the reason.",
  countsAgainstLimit: false,
  handler: (ctx, { models, isStopping }): Ready => {
    const { state, reason } = models.status(callerOf(ctx));
    const answer: Ready = isStopping()
      ? { ready: false, state: "stopping", reason: "The server is stopping." }
      : { ready: reason === null, state, reason };
    if (!answer.ready) {
      ctx.status = 503;
      ctx.set("Retry-After", "1");
    }
    return answer;
  },
};
