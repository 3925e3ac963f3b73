/** How many requests are open at once, in all and by key. */
import type { Middleware } from "koa";
import { LabError } from "../errors.js";
import { onWorkOver } from "./reply-closed.js";
import type { RequestFacts } from "./route.js";

/**
 * Lets `most` requests be open at once, and `share` of them by one key; more get `too_many_concurrent`.
 *
 * Before the check of keys all clients are one stranger, so there `share` is left out.
 */
export function limitConcurrency(most: number, share: number = most): Middleware<RequestFacts> {
  const openByKey = new Map<string, number>();
  let open = 0;
  return (ctx, next) => {
    const key = ctx.state.identity?.id ?? "";
    const own = openByKey.get(key) ?? 0;
    if (open >= most) throw tooMany(`${most} requests are open, which is all this address takes`, most);
    if (own >= share) throw tooMany(`This key has ${share} requests open, which is its share of ${most}`, share);
    open += 1;
    openByKey.set(key, own + 1);
    onWorkOver(ctx, () => {
      open -= 1;
      const left = (openByKey.get(key) ?? 1) - 1;
      if (left > 0) openByKey.set(key, left);
      else openByKey.delete(key);
    });
    return next();
  };
}

const tooMany = (what: string, limit: number): LabError =>
  new LabError("too_many_concurrent", `${what}. Try again when one is answered.`, { retryAfterSeconds: 1, limit });
