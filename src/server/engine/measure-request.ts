import { generationNumbers, numberFields } from "./fields.js";
import type { GenerationRequest, Measure } from "./request.js";

/** What each number is where nobody names one; a text that is measured has no use for them. */
const unused = new Map(
  numberFields.map(([, { wire, least, fallback }]) => [wire, fallback === "random" ? least : fallback]),
);

/** A request to measure a text; "" where the measure has its tokens. It makes no tokens. */
export function measureRequest(text: string, measure: Measure, maxTimeMs: number): GenerationRequest {
  return {
    ...generationNumbers((wire) => unused.get(wire) as number),
    input: { kind: "prompt", text },
    measure,
    maxTokens: 1,
    maxTimeMs,
    stop: [],
    exact: false,
    parseSpecial: false,
    reasoning: "inline",
    reasoningBudget: null,
  };
}
