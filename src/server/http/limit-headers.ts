/** What a client learns of a limit: the same four headers, whichever limit it is. */
import type { LabContext } from "./route.js";

export interface LimitState {
  /** Most there may be. */
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until there are `limit` again. */
  readonly resetMs: number;
}

/** Sets `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last in whole seconds since 1970. */
export function tellLimit(ctx: LabContext, { limit, remaining, resetMs }: LimitState): void {
  ctx.set({
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset": String(Math.ceil((Date.now() + resetMs) / 1000)),
  });
}

/**
 * The three headers of a 429, beside its `Retry-After` of `waitSeconds`.
 *
 * `limit` undefined keeps what an earlier limit said, since the refused request passed that one.
 */
export function tellRefusal(ctx: LabContext, limit: number | undefined, waitSeconds: number): void {
  const known = limit ?? (Number(ctx.response.get("X-RateLimit-Limit")) || 1);
  tellLimit(ctx, { limit: known, remaining: 0, resetMs: waitSeconds * 1000 });
}
