/** Requests as the engine takes them, for tests: greedy and unpenalised unless told otherwise. */
import type { Caller } from "../../src/server/engine/caller.js";
import { generationNumbers, numberFields } from "../../src/server/engine/fields.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";

/** Defaults, so that an option that is new is off here. */
const defaults = new Map(numberFields.map(([, { wire, fallback }]) => [wire, fallback === "random" ? 1 : fallback]));

/** A request to continue `text`, for at most 16 tokens unless told otherwise. */
export function rawRequest(text: string, over: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    ...generationNumbers((wire) => defaults.get(wire) as number),
    input: { kind: "prompt", text },
    maxTokens: 16,
    temperature: 0,
    topP: 1,
    topK: 0,
    repetitionPenalty: 1,
    seed: 1,
    stop: [],
    exact: false,
    parseSpecial: true,
    reasoning: "separate",
    reasoningBudget: null,
    maxTimeMs: 60_000,
    ...over,
  };
}

/** Whom it is for: may do everything, without a budget, unless told otherwise. */
export function callerNamed(key: string, over: Partial<Caller> = {}): Caller {
  return { key, isOwner: false, mayManage: true, models: null, ...over };
}

export const testCaller: Caller = callerNamed("test");
