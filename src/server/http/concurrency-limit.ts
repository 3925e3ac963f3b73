/** How many requests are served at once. ngrok's agent drops its whole session at the 513th (measured, 1.7.0). */
import type { Middleware } from "koa";
import { LabError } from "../errors.js";
import { onReplyClosed } from "./reply-closed.js";
import type { LabState } from "./route.js";

export function limitConcurrency(most: number): Middleware<LabState> {
  let running = 0;
  return (ctx, next) => {
    if (running >= most) {
      throw new LabError(
        "too_many_concurrent",
        `${most} requests are being served, which is all this door takes. Try again.`,
        {
          retryAfterSeconds: 1,
        },
      );
    }
    running += 1;
    onReplyClosed(ctx, () => {
      running -= 1;
    });
    return next();
  };
}
