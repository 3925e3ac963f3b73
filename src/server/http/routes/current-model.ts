import { LabError } from "../../errors.js";
import { errorBody } from "../errors.js";
import type { Route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const currentModelRoute: Route = {
  method: "GET",
  path: "/models/current",
  scope: "infer",
  summary: "The loaded model, or the one that loads.",
  countsAgainstLimit: false,
  handler: (ctx, { models }) => {
    const current = models.current(callerOf(ctx));
    if (current !== null) return current;
    // not the 400 of the table: LocalLab's clients take 404 for "none is loaded"
    ctx.status = 404;
    return errorBody(new LabError("no_model_loaded", "No model is loaded. POST /models/load loads one."), 404);
  },
};
