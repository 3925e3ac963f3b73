import type { BenchOptions } from "./bench-options.js";
import { requestShapes } from "./request-shapes.js";
import { Target } from "./target.js";

/** The server named by `--against`, once it has answered. Throws when nothing answers there. */
export async function openOther(
  { url, shape }: NonNullable<BenchOptions["against"]>,
  signal: AbortSignal,
): Promise<Target> {
  const requestShape = requestShapes[shape];
  const probe = new Target(url, requestShape, signal);
  if (requestShape.healthPath !== null) {
    await probe.get(requestShape.healthPath);
    return probe;
  }
  // an OpenAI-shaped server wants the name of a model in each request
  const { data } = (await probe.get("/v1/models")) as { data?: { id?: string }[] };
  probe.close();
  return new Target(url, requestShape, signal, data?.[0]?.id ?? "");
}
