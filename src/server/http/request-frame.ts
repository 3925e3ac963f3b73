/** Around every request: its id, the headers every reply has, the count and one line in the log. */
import { randomBytes } from "node:crypto";
import type { Middleware } from "koa";
import type { HttpServices } from "./http-services.js";
import { onReplyClosed } from "./reply-closed.js";
import type { RequestFacts } from "./route.js";

/** Headers that keep a browser from doing anything with a reply but read it. No CORS: other origins read nothing. */
const securityHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** Paths that watchers of the server ask again and again: neither counted nor logged nor limited. */
const watched: readonly string[] = ["/health", "/ready"];
export const isWatched = (path: string): boolean => watched.includes(path);

/** What a card in a notebook asks by itself, every second, for as long as it is shown. */
const watchedByCards: readonly string[] = ["/models/current", "/system/info", "/publish"];

/**
 * True for a card's own look, once it was answered: not counted, and logged for who debugs only.
 *
 * A refused one is logged as any request: nobody tries keys, or asks for anything else, without a trace.
 */
const isCardsLook = (ctx: Parameters<Middleware<RequestFacts>>[0]): boolean =>
  ctx.method === "GET" &&
  ctx.get("X-LocalLab-Watching") === "1" &&
  watchedByCards.includes(ctx.path) &&
  ctx.res.statusCode < 400;

/** A new id: `req_` and 16 random letters, digits, - or _. Never the client's own: it goes into the log. */
export const newRequestId = (): string => `req_${randomBytes(12).toString("base64url")}`;

export function requestFrame({ log, requests, isStopping, published }: HttpServices): Middleware<RequestFacts> {
  return (ctx, next) => {
    ctx.state.requestId = newRequestId();
    ctx.state.arrivedAt = performance.now();
    ctx.state.identity = null;
    ctx.state.route = "";
    ctx.set({ ...securityHeaders, "X-Request-Id": ctx.state.requestId });
    if (isStopping()) ctx.set("Connection", "close");
    if (!isWatched(ctx.path)) {
      onReplyClosed(ctx, (completed) => {
        const isQuiet = isCardsLook(ctx);
        if (!isQuiet) requests.answered += 1;
        log[isQuiet ? "debug" : "info"]("request", {
          request: ctx.state.requestId,
          method: ctx.method,
          path: ctx.path.slice(0, 200),
          status: ctx.res.statusCode,
          completed,
          ms: Math.round(performance.now() - ctx.state.arrivedAt),
          client: ctx.state.identity?.name ?? null,
          ...(published && { listener: "published", from: forwardedFor(ctx.get("X-Forwarded-For")) }),
        });
      });
    }
    return next();
  };
}

/** Who the tunnel says it is: the last address, which ngrok wrote. Those before it are the client's own words. */
const forwardedFor = (header: string): string | null => header.split(",").at(-1)?.trim().slice(0, 64) || null;
