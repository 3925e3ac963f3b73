import { LabError } from "../../errors.js";
import { parseStop } from "../../schema/parse-stop.js";
import type { StopResponse } from "../../wire/lab.js";
import type { Route } from "../route.js";

export const stopServerRoute: Route = {
  method: "POST",
  path: "/stop",
  scope: "owner",
  summary: "Ends the server: running requests get drain_seconds to finish.",
  countsAgainstLimit: false,
  handler: (ctx, { owner }): Promise<StopResponse> => {
    if (owner === undefined) throw new LabError("not_found", "This server cannot be stopped from here.");
    const drainSeconds = parseStop(ctx.state.body);
    ctx.set("Connection", "close");
    return owner.stop(drainSeconds);
  },
};
