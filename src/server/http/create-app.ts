/** The app: what every request passes, in order, and the routes behind it. */
import Router from "@koa/router";
import Koa, { type Middleware } from "koa";
import { LabError } from "../errors.js";
import { checkGrammars } from "./check-grammars.js";
import { limitConcurrency } from "./concurrency-limit.js";
import { cors } from "./cors.js";
import { errorBoundary } from "./error-boundary.js";
import { authenticate, checkHost, checkOrigin } from "./gate.js";
import type { AppParts, HttpServices } from "./http-services.js";
import { defaultTimings } from "./http-timings.js";
import { bodyLimit, readJsonBody, smallBodyLimit } from "./json-body.js";
import { KeptStreams } from "./kept-streams.js";
import { noRoute } from "./no-route.js";
import { createRateLimit, createReadLimit, type RateLimit } from "./rate-limit.js";
import { isWatched, requestFrame } from "./request-frame.js";
import { RequestLog } from "./request-log.js";
import { nameOf, type RequestFacts, type Route } from "./route.js";
import { routes } from "./routes.js";
import { tellWarnings, warningsIn } from "./warning-header.js";

/**
 * Requests that are open at the published listener, strangers' too. ngrok's agent drops its whole session at the 513th
 * (measured, 1.7.0).
 */
const mostOpen = 256;
/** Those of keys that are known, and how many of them one key may have: a burst of ten, and looks beside it. */
const mostPublished = 64;
const shareOfKey = mostPublished / 4;

export function createApp(parts: AppParts): Koa<RequestFacts> {
  const services: HttpServices = {
    ...parts,
    requests: parts.requests ?? new RequestLog(),
    streams: parts.streams ?? new KeptStreams(),
    timings: { ...defaultTimings, ...parts.timings },
    routes: routes.map(({ method, path, scope, summary }) => ({ method, path, scope, summary })),
    isStopping: (who) => parts.isStopping(who),
  };
  const app = new Koa<RequestFacts>();
  // Koa's own listener prints to stderr; what arrives here is a connection that broke
  app.on("error", (error: Error) => services.log.debug("a connection ended early", { reason: error.message }));
  app.use(requestFrame(services));
  app.use(errorBoundary(services, routes));
  if (services.published) app.use(limitConcurrency(mostOpen));
  app.use(checkHost(services, routes)).use(checkOrigin(services));
  for (const middleware of beforeKeys(services)) app.use(middleware);
  app.use(authenticate(services, routes));
  if (services.published) app.use(limitConcurrency(mostPublished, shareOfKey)).use(refuseUpgrade);
  if (isLimited(services)) app.use(createReadLimit(isWatched));
  const rateLimit = rateLimitOf(services);
  const router = new Router<RequestFacts>({ sensitive: true, strict: true });
  for (const route of routes) {
    router.register(route.path, [route.method], [...before(route, services, rateLimit), answer(route, services)]);
  }
  app.use(router.routes() as unknown as Middleware<RequestFacts>);
  app.use(noRoute(routes));
  return app;
}

const beforeKeys = ({ published }: HttpServices): Middleware<RequestFacts>[] =>
  published ? [cors(published.origins), ...(published.planted ?? [])] : [];

/** The published listener limits everyone, whatever the settings say. */
const isLimited = ({ published, settings }: HttpServices): boolean =>
  published !== undefined || settings.rateLimit === "on";

function rateLimitOf(services: HttpServices): RateLimit | undefined {
  return isLimited(services) ? createRateLimit(undefined, undefined, services.published !== undefined) : undefined;
}

/** Refuses a WebSocket, and whatever else a client would rather speak. */
const refuseUpgrade: Middleware<RequestFacts> = (ctx, next) => {
  if (ctx.get("Upgrade") !== "") {
    throw new LabError("invalid_request", "This server speaks HTTP/1.1 only. Leave the Upgrade header out.");
  }
  return next();
};

/** What a route wants done before its handler. */
function before(route: Route, services: HttpServices, rateLimit: RateLimit | undefined): Middleware<RequestFacts>[] {
  const steps = [requireScope(route)];
  if (route.limit === "counted") steps.push(refuseWhileStopping(services));
  if (route.limit === "counted" && rateLimit !== undefined) steps.push(rateLimit.middleware);
  return steps;
}

function requireScope(route: Route): Middleware<RequestFacts> {
  return (ctx, next) => {
    ctx.state.route = nameOf(route);
    if (route.scope !== "public" && ctx.state.identity?.scopes.has(route.scope) !== true) {
      throw new LabError("insufficient_scope", `The key may not do this: ${nameOf(route)} needs "${route.scope}".`);
    }
    return next();
  };
}

function refuseWhileStopping({ isStopping }: HttpServices): Middleware<RequestFacts> {
  return (ctx, next) => {
    if (isStopping(ctx.state.identity)) {
      throw new LabError("shutting_down", "The server is stopping. Send the request again once it is back.", {
        retryAfterSeconds: 5,
      });
    }
    return next();
  };
}

/** Reads and checks the body, and lets the route answer. */
function answer(route: Route, services: HttpServices): Middleware<RequestFacts> {
  const limitBytes = route.limit === "counted" || route.scope === "owner" ? bodyLimit : smallBodyLimit;
  return async (ctx) => {
    const sent = route.method === "POST" ? await readJsonBody(ctx, limitBytes) : undefined;
    const call = route.body.read(sent);
    tellWarnings(ctx, warningsIn(call));
    await checkGrammars(services, call);
    const reply = await route.handler(call, ctx, services);
    if (reply === undefined) return;
    tellWarnings(ctx, warningsIn(reply));
    ctx.body = reply;
  };
}
