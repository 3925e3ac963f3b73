import { parseBatch } from "../../schema/parse-generation.js";
import { batchAnswer } from "../batch-answer.js";
import type { Route } from "../route.js";

export const generateBatchRoute: Route = {
  method: "POST",
  path: "/generate/batch",
  scope: "infer",
  summary: "Continues several texts in parallel.",
  countsAgainstLimit: true,
  handler: (ctx, services) => batchAnswer(ctx, services, "POST /generate/batch", parseBatch(ctx.state.body)),
};
