/** Where every error of a request ends: as a status, a JSON body, and one line in the log when nobody foresaw it. */
import type { Middleware } from "koa";
import { errorReply } from "./errors.js";
import type { HttpServices } from "./http-services.js";
import type { LabContext, LabState } from "./route.js";
import { withUnreadBody } from "./unread-body.js";

export function errorBoundary({ log, timings }: HttpServices): Middleware<LabState> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const reply = errorReply(error);
      if (reply.unexpected) {
        log.error("unexpected error", { request: ctx.state.requestId, path: ctx.path.slice(0, 200), error });
      }
      sendError(ctx, reply);
    }
    if (ctx.respond !== false) withUnreadBody(ctx, timings.drainMs);
  };
}

function sendError(ctx: LabContext, reply: ReturnType<typeof errorReply>): void {
  ctx.status = reply.status;
  ctx.body = reply.body;
  if (reply.retryAfterSeconds !== undefined) ctx.set("Retry-After", String(reply.retryAfterSeconds));
  else ctx.remove("Retry-After");
  // RFC 9110, 11.6.1: a 401 says how to authenticate
  if (reply.status === 401) ctx.set("WWW-Authenticate", 'Bearer realm="locallab"');
}
