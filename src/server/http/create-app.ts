/** The app: what every request passes, in order, and the routes behind it. */
import Router from "@koa/router";
import Koa, { type Middleware } from "koa";
import { LabError } from "../errors.js";
import { limitConcurrency } from "./concurrency-limit.js";
import { cors } from "./cors.js";
import { errorBoundary } from "./error-boundary.js";
import { authenticate, checkHost } from "./gate.js";
import type { AppParts, HttpServices } from "./http-services.js";
import { defaultTimings } from "./http-timings.js";
import { readJsonBody } from "./json-body.js";
import { createRateLimit, type RateLimit } from "./rate-limit.js";
import { refuseUpgrade } from "./refuse-upgrade.js";
import { requestFrame } from "./request-frame.js";
import { RequestLog } from "./request-log.js";
import type { LabContext, LabState, Route } from "./route.js";
import { routes } from "./routes.js";

/** Requests that the published door serves at once. */
const mostPublished = 32;

export function createApp(parts: AppParts): Koa<LabState> {
  const services: HttpServices = {
    ...parts,
    requests: parts.requests ?? new RequestLog(),
    timings: { ...defaultTimings, ...parts.timings },
    isStopping: (who) => parts.isStopping(who),
  };
  const app = new Koa<LabState>();
  // Koa's own listener prints to stderr; what arrives here is a connection that broke
  app.on("error", (error: Error) => services.log.debug("a connection ended early", { reason: error.message }));
  app.use(requestFrame(services));
  app.use(errorBoundary(services));
  app.use(checkHost(services));
  for (const middleware of beforeKeys(services)) app.use(middleware);
  app.use(authenticate(services, routes));
  if (services.published) app.use(limitConcurrency(mostPublished)).use(refuseUpgrade);
  const rateLimit = rateLimitOf(services);
  const router = new Router<LabState>({ sensitive: true, strict: true });
  for (const route of routes) {
    router.register(route.path, [route.method], [...before(route, services, rateLimit), answer(route, services)]);
  }
  app.use(router.routes() as unknown as Middleware<LabState>);
  app.use(noRoute);
  return app;
}

const beforeKeys = ({ published }: HttpServices): Middleware<LabState>[] =>
  published ? [cors(published.origins), ...(published.planted ?? [])] : [];

/** Nobody is exempt at the published door, and no setting opens it. */
function rateLimitOf({ published, settings }: HttpServices): RateLimit | undefined {
  if (published) return createRateLimit(undefined, undefined, true);
  return settings.rateLimit === "on" ? createRateLimit() : undefined;
}

/** What a route wants done before its handler. */
function before(route: Route, services: HttpServices, rateLimit: RateLimit | undefined): Middleware<LabState>[] {
  const steps = [requireScope(route)];
  if (route.countsAgainstLimit) steps.push(refuseWhileStopping(services));
  if (route.countsAgainstLimit && rateLimit !== undefined) steps.push(rateLimit.middleware);
  if (route.method === "POST") steps.push(withBody);
  return steps;
}

function requireScope(route: Route): Middleware<LabState> {
  return (ctx, next) => {
    if (route.scope !== "public" && ctx.state.identity?.scopes.has(route.scope) !== true) {
      throw new LabError(
        "insufficient_scope",
        `The key may not do this: ${route.method} ${route.path} needs "${route.scope}".`,
      );
    }
    return next();
  };
}

function refuseWhileStopping({ isStopping }: HttpServices): Middleware<LabState> {
  return (ctx, next) => {
    if (isStopping(ctx.state.identity)) {
      throw new LabError("shutting_down", "The server is stopping. Send the request again once it is back.", {
        retryAfterSeconds: 5,
      });
    }
    return next();
  };
}

const withBody: Middleware<LabState> = async (ctx, next) => {
  ctx.state.body = await readJsonBody(ctx);
  return next();
};

function answer(route: Route, services: HttpServices): Middleware<LabState> {
  return async (ctx) => {
    const body = await route.handler(ctx, services);
    if (body !== undefined) ctx.body = body;
  };
}

const noRoute: Middleware<LabState> = (ctx) => {
  const matched = (ctx as LabContext & { matched?: { methods: string[] }[] }).matched ?? [];
  const methods = [...new Set(matched.flatMap((layer) => layer.methods))];
  if (methods.length === 0) {
    throw new LabError("not_found", "No such route. The README lists the ones that are, GET /health is one of them.");
  }
  ctx.set("Allow", [...methods, "OPTIONS"].join(", "));
  if (ctx.method === "OPTIONS") {
    ctx.status = 204;
    return;
  }
  throw new LabError("method_not_allowed", `${ctx.method} is not possible here. Use ${methods.join(" or ")}.`);
};
