/** Vectors and ranks of the texts of one request: each waits for its turn between the texts of others. */
import type { GenerationResult } from "../engine/result.js";
import { LabError } from "../errors.js";
import type { ChoicesCall } from "../schema/generation-call.js";
import type { MeasureUsage } from "../wire/measures.js";
import { beginChoice, beginChoices, eachChoice, untilRead } from "./choices.js";
import type { HttpServices } from "./http-services.js";
import type { LabContext } from "./route.js";

export interface MeasuredTexts {
  /** One per text, in their order. */
  readonly vectors: readonly (readonly number[])[];
  /** Id of the model that measured them. */
  readonly model: string;
  readonly usage: MeasureUsage;
  /** Each sentence once; undefined where there is none. */
  readonly warnings: string[] | undefined;
}

/**
 * Measures all texts. `placeOf` names a text by its place, as its client sent it; `count` hears how many tokens there were
 * until then, and may refuse.
 */
export async function measureTexts(
  ctx: LabContext,
  services: HttpServices,
  call: ChoicesCall,
  placeOf: (index: number) => string,
  count: (tokens: number) => void = () => {},
): Promise<MeasuredTexts> {
  const choices = beginChoices(ctx, services, call);
  let tokens = 0;
  const results = await eachChoice(choices, async (index) => {
    const [generation] = beginChoice(choices, index);
    try {
      await untilRead(choices, generation);
      const result = await generation;
      tokens += result.usage.promptTokens;
      count(tokens);
      return [result, vectorOf(result, generation.request.maxTimeMs)] as const;
    } catch (error) {
      throw placed(error, placeOf(index));
    } finally {
      // does nothing when it is over
      generation.cancel("client");
    }
  });
  const warnings = results.flatMap(([result], index) =>
    result.warnings.map((warning) => (/^The text /.test(warning) ? `${placeOf(index)}: ${warning}` : warning)),
  );
  const all = [...new Set([...call.warnings, ...warnings])];
  return {
    vectors: results.map(([, vector]) => vector),
    model: results[0]?.[0].model ?? "",
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    warnings: all.length > 0 ? all : undefined,
  };
}

function vectorOf({ vector }: GenerationResult, maxTimeMs: number): readonly number[] {
  if (vector !== undefined) return vector;
  throw new LabError(
    "queue_timeout",
    `max_time of ${maxTimeMs / 1000} s ran out before all texts were read. Send fewer, or a larger max_time.`,
  );
}

/** The error, with the text that it is about. */
function placed(error: unknown, param: string): unknown {
  if (!(error instanceof LabError)) return error;
  const isAboutText = error.code === "prompt_too_long" || error.param === "text";
  return isAboutText ? new LabError(error.code, `${param}: ${error.message}`, { param, cause: error }) : error;
}
