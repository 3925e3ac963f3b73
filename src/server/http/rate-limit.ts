/**
 * How often one client may make the engine work: 60 times a minute, 10 times a second.
 *
 * Source of the numbers: the LocalLab API document. koa-ratelimit counts; what it says to the client is replaced,
 * because it rounds `Retry-After` down to 0, gives fractions of seconds and answers in plain text.
 */
import type { Middleware } from "koa";
import koaRateLimit from "koa-ratelimit";
import { LabError } from "../errors.js";
import type { LabContext, LabState } from "./route.js";

interface Window {
  /** Seconds since 1970 when it ends. */
  readonly reset: number;
}

interface Limiter {
  readonly max: number;
  /** Counts the request; resolves to the seconds to wait, or to 0 when it may pass. */
  count(ctx: LabContext): Promise<number>;
}

export interface RateLimit {
  readonly middleware: Middleware<LabState>;
  /** Windows that are remembered, ended ones included until the next sweep. */
  size(): number;
}

/** With `limitsOwner` also for keys with the owner's scope. */
export function createRateLimit(
  minuteMs: number = 60_000,
  secondMs: number = 1000,
  limitsOwner: boolean = false,
): RateLimit {
  const perSecond = new Map<string, Window>();
  const perMinute = new Map<string, Window>();
  const burst = createLimiter(perSecond, 10, secondMs, true);
  const minute = createLimiter(perMinute, 60, minuteMs, false);
  const middleware: Middleware<LabState> = async (ctx, next) => {
    if (ctx.state.identity?.isOwner && !limitsOwner) return next();
    // the second first: a burst that is refused does not use up the minute
    const wait = (await burst.count(ctx)) || (await minute.count(ctx));
    ctx.set("X-RateLimit-Limit", String(minute.max));
    const reset = Number(ctx.response.get("X-RateLimit-Reset"));
    if (reset > 0) ctx.set("X-RateLimit-Reset", String(Math.ceil(reset)));
    if (wait > 0) throw tooMany(burst.max, minute.max, wait);
    return next();
  };
  return { middleware, size: () => perSecond.size + perMinute.size };
}

function createLimiter(windows: Map<string, Window>, max: number, durationMs: number, quiet: boolean): Limiter {
  const limit = koaRateLimit({
    driver: "memory",
    db: windows,
    max,
    duration: durationMs,
    id: clientOf,
    disableHeader: quiet,
  });
  let sweptAt = Date.now();
  let previous: Promise<unknown> = Promise.resolve();
  return {
    max,
    // one after the other: the driver hands all requests of one turn the same object, and all would be refused
    count: (ctx) => {
      const counted = previous.then(() => countOne(ctx));
      previous = counted.catch(() => {});
      return counted;
    },
  };

  async function countOne(ctx: LabContext): Promise<number> {
    const now = Date.now();
    // the memory driver never forgets anybody by itself
    if (now - sweptAt >= durationMs) {
      sweptAt = now;
      for (const [key, { reset }] of windows) if (reset * 1000 < now) windows.delete(key);
    }
    let passes = false;
    await limit(ctx as Parameters<typeof limit>[0], async () => {
      passes = true;
    });
    if (passes) return 0;
    const reset = windows.get(`limit:${clientOf(ctx)}`)?.reset ?? 0;
    return Math.max(1, Math.ceil(reset - now / 1000));
  }
}

/** A key's id, or where the connection comes from. Never a forwarded address: anybody can write one. */
function clientOf(ctx: { state: Partial<LabState>; req: { socket: { remoteAddress?: string | undefined } } }): string {
  const id = ctx.state.identity?.id ?? "local";
  return id === "local" ? `address ${ctx.req.socket.remoteAddress ?? ""}` : `key ${id}`;
}

function tooMany(perSecond: number, perMinute: number, wait: number): LabError {
  return new LabError(
    "rate_limited",
    `More than ${perMinute} requests in a minute or ${perSecond} in a second. Wait ${wait} s and send it again.`,
    { retryAfterSeconds: wait },
  );
}
