import type { Middleware } from "koa";
import { LabError } from "../errors.js";
import type { LabState } from "./route.js";

/** Refuses a WebSocket, or whatever else a client would rather speak. */
export const refuseUpgrade: Middleware<LabState> = (ctx, next) => {
  if (ctx.get("Upgrade") !== "") {
    throw new LabError("invalid_request", "This server speaks HTTP/1.1 only. Leave the Upgrade header out.");
  }
  return next();
};
