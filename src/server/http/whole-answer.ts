/** An answer in one piece. */
import type { GenerationResult } from "../engine/result.js";
import type { GenerationCall } from "../schema/generation-call.js";
import { refuseShortened } from "./answer-extras.js";
import type { HttpServices } from "./http-services.js";
import type { LabContext } from "./route.js";
import { startGeneration } from "./running-generation.js";

/** Resolves to the result. With `strict`, refuses as soon as it is known that `max_length` had to be shortened. */
export async function wholeAnswer(
  ctx: LabContext,
  services: HttpServices,
  route: string,
  call: GenerationCall,
): Promise<GenerationResult> {
  const { generation, record } = startGeneration(ctx, services, route, call);
  try {
    await generation.started;
    refuseShortened(call, call.request, generation);
    return await generation;
  } catch (error) {
    throw record.explain(error);
  } finally {
    // does nothing when it is over
    generation.cancel("client");
  }
}
