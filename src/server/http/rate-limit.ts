/**
 * How often one client may ask: for work of the engine 60 times a minute and 10 times a second, to look 600 times in
 * 10 seconds.
 *
 * Source of the first two: the LocalLab API document. koa-ratelimit counts the minute, rate-limiter-flexible what is
 * shorter. Every wait is measured by the time that goes by, never by the wall's clock, which may be set.
 */
import type { Middleware } from "koa";
import koaRateLimit from "koa-ratelimit";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { LabError } from "../errors.js";
import { type LimitState, tellLimit } from "./limit-headers.js";
import type { LabContext, RequestFacts } from "./route.js";

const perMinute = 60;
const perSecond = 10;
const reads = { points: 600, seconds: 10 } as const;

/** Counts the request; resolves to what is left, `isOver` when it may not pass. */
type Count = (ctx: LabContext) => Promise<LimitState & { readonly isOver: boolean }>;

export interface RateLimit {
  readonly middleware: Middleware<RequestFacts>;
  /** Minutes that are remembered, ended ones included until the next sweep. */
  size(): number;
}

/** The limit of what makes the engine work. With `limitsOwner` also for keys with the owner's scope. */
export function createRateLimit(
  minuteMs: number = 60_000,
  secondMs: number = 1000,
  limitsOwner: boolean = false,
): RateLimit {
  const windows = new Map<string, object>();
  const burst = flexibleCount(perSecond, secondMs);
  const minute = koaCount(windows, perMinute, minuteMs);
  const middleware: Middleware<RequestFacts> = async (ctx, next) => {
    if (ctx.state.identity?.isOwner && !limitsOwner) return next();
    // the second first: a burst that is refused does not use up the minute
    for (const count of [burst, minute]) {
      const state = await count(ctx);
      if (state.isOver)
        throw tooMany(`${perMinute} requests in a minute or ${perSecond} in a second`, perMinute, state);
      if (count === minute) tellLimit(ctx, state);
    }
    return next();
  };
  return { middleware, size: () => windows.size };
}

/** The limit of what only looks. Owners are free; so is who asks whether the server lives, as a watcher must. */
export function createReadLimit(isWatched: (path: string) => boolean): Middleware<RequestFacts> {
  const count = flexibleCount(reads.points, reads.seconds * 1000);
  return async (ctx, next) => {
    const isRead = ctx.method === "GET" || ctx.method === "HEAD";
    if (!isRead || ctx.state.identity?.isOwner || isWatched(ctx.path)) return next();
    const state = await count(ctx);
    if (state.isOver) throw tooMany(`${reads.points} requests in ${reads.seconds} seconds`, reads.points, state);
    return next();
  };
}

function flexibleCount(points: number, durationMs: number): Count {
  const limiter = new RateLimiterMemory({ points, duration: durationMs / 1000 });
  return async (ctx) => {
    let isOver = false;
    const result = await limiter.consume(clientOf(ctx)).catch((refusal: RateLimiterRes | Error) => {
      if (refusal instanceof Error) throw refusal;
      isOver = true;
      return refusal;
    });
    // it subtracts wall clocks, so after one was set back it would ask for the hour that was put back
    const resetMs = Math.min(Math.max(result.msBeforeNext, 0), durationMs);
    return { limit: points, remaining: result.remainingPoints, resetMs, isOver };
  };
}

function koaCount(windows: Map<string, object>, limit: number, durationMs: number): Count {
  const count = koaRateLimit({
    driver: "memory",
    db: windows,
    max: limit,
    duration: durationMs,
    id: clientOf,
    disableHeader: true,
  });
  /** When each window ends, by `performance.now()`. */
  const ends = new WeakMap<object, number>();
  let sweptAt = performance.now();
  let previous: Promise<unknown> = Promise.resolve();
  // one after the other: the driver hands all requests of one turn the same object, and all would be refused
  return (ctx) => {
    const counted = previous.then(() => countOne(ctx));
    previous = counted.catch(() => {});
    return counted;
  };

  async function countOne(ctx: LabContext): Promise<LimitState & { readonly isOver: boolean }> {
    const now = performance.now();
    sweep(now);
    let isOver = true;
    await count(ctx as Parameters<typeof count>[0], async () => {
      isOver = false;
    });
    const window = windows.get(`limit:${clientOf(ctx)}`) as { remaining: number };
    if (!ends.has(window)) ends.set(window, now + durationMs);
    const resetMs = Math.min(Math.max((ends.get(window) ?? now) - now, 0), durationMs);
    // the driver's own count includes the request that it just let pass
    return { limit, remaining: Math.max(0, window.remaining - 1), resetMs, isOver };
  }

  /** The memory driver forgets no client by itself. */
  function sweep(now: number): void {
    if (now - sweptAt < durationMs) return;
    sweptAt = now;
    for (const [key, window] of windows) if ((ends.get(window) ?? 0) < now) windows.delete(key);
  }
}

/** A key's id, or where the connection comes from. Never a forwarded address: any client can write one. */
function clientOf(ctx: {
  state: Partial<RequestFacts>;
  req: { socket: { remoteAddress?: string | undefined } };
}): string {
  const id = ctx.state.identity?.id ?? "local";
  return id === "local" ? `address ${ctx.req.socket.remoteAddress ?? ""}` : `key ${id}`;
}

function tooMany(what: string, limit: number, { resetMs }: LimitState): LabError {
  const wait = Math.max(1, Math.ceil(resetMs / 1000));
  return new LabError("rate_limited", `More than ${what}. Wait ${wait} s and send it again.`, {
    retryAfterSeconds: wait,
    limit,
  });
}
