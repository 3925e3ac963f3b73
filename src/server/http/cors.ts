/**
 * Lets web pages of named origins call the published listener. Without names nothing is allowed and nothing is said.
 *
 * A page asks first, without its key (the preflight of the Fetch standard, 4.8), so that is answered without one.
 */
import type { Middleware } from "koa";
import type { RequestFacts } from "./route.js";

const methods = "GET, POST, DELETE";
/** What a page may read beside the body. */
const readableHeaders =
  "Request-Id, Retry-After, X-LocalLab-Stream, X-LocalLab-Warnings, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Request-Id";
const allowedHeaders: readonly string[] = [
  "authorization",
  "content-type",
  "last-event-id",
  "ngrok-skip-browser-warning",
  "x-api-key",
  "x-locallab-resume",
];
/** What the clients of OpenAI and Anthropic add to their requests. */
const clientHeader = /^(?:x-stainless|anthropic|openai)-[a-z0-9-]{1,64}$/;
/** Seconds a browser remembers the answer; Chromium's limit is 7200. */
const rememberedSeconds = "7200";

export function cors(origins: ReadonlySet<string>): Middleware<RequestFacts> {
  return (ctx, next) => {
    const origin = ctx.get("Origin");
    if (origins.size === 0) return next();
    ctx.vary("Origin");
    if (!origins.has(origin)) return next();
    ctx.set("Access-Control-Allow-Origin", origin);
    if (ctx.method !== "OPTIONS" || ctx.get("Access-Control-Request-Method") === "") {
      ctx.set("Access-Control-Expose-Headers", readableHeaders);
      return next();
    }
    ctx.set("Access-Control-Allow-Methods", methods);
    ctx.set("Access-Control-Allow-Headers", grantedHeaders(ctx.get("Access-Control-Request-Headers")));
    ctx.set("Access-Control-Max-Age", rememberedSeconds);
    ctx.status = 204;
    return undefined;
  };
}

function grantedHeaders(asked: string): string {
  const names = asked
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  return [...allowedHeaders, ...new Set(names.filter((name) => clientHeader.test(name)))].join(", ");
}
