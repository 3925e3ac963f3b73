/** Where every error of a request ends: as a status, a JSON body, and one line in the log when it is unforeseen. */
import type { Middleware } from "koa";
import { dialectOf } from "./dialects.js";
import { type ErrorReply, errorReply } from "./errors.js";
import type { HttpServices } from "./http-services.js";
import { tellRefusal } from "./limit-headers.js";
import type { LabContext, RequestFacts, Route } from "./route.js";
import { withUnreadBody } from "./unread-body.js";

/** `routes` say in whose words an error is told. */
export function errorBoundary(
  { log, timings, published, settings }: HttpServices,
  routes: readonly Route[],
): Middleware<RequestFacts> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const reply = errorReply(error);
      if (reply.unexpected) {
        log.error("unexpected error", { request: ctx.state.requestId, path: ctx.path.slice(0, 200), error });
      }
      sendError(ctx, reply, routes, settings.waiting);
    }
    // a stranger who came through the tunnel keeps no place of it open with the rest of a body
    const isStranger = published !== undefined && ctx.state.identity === null;
    if (ctx.respond !== false) withUnreadBody(ctx, isStranger ? 0 : timings.drainMs);
  };
}

/** `mostWaiting` is the limit behind `queue_full`, which an engine does not tell. */
function sendError(ctx: LabContext, reply: ErrorReply, routes: readonly Route[], mostWaiting: number): void {
  const {
    status,
    body,
    headers = {},
  } = dialectOf({ path: ctx.path, headers: ctx.headers }, routes).error(reply, ctx.state.requestId);
  ctx.status = status;
  ctx.body = body;
  ctx.set(headers);
  if (reply.retryAfterSeconds !== undefined) ctx.set("Retry-After", String(reply.retryAfterSeconds));
  else ctx.remove("Retry-After");
  if (reply.status === 429) {
    tellRefusal(ctx, reply.body.error.code === "queue_full" ? mostWaiting : reply.limit, reply.retryAfterSeconds ?? 1);
  }
  // RFC 9110, 11.6.1: a 401 says how to authenticate
  if (reply.status === 401) ctx.set("WWW-Authenticate", 'Bearer realm="locallab"');
}
