/** Requests as the engine takes them, for tests: greedy and unpenalised unless told otherwise. */
import type { GenerationRequest } from "../../src/server/engine/request.js";

/** A request to continue `text`, for at most 16 tokens unless told otherwise. */
export function rawRequest(text: string, over: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    input: { kind: "prompt", text },
    maxTokens: 16,
    temperature: 0,
    topP: 1,
    topK: 0,
    repetitionPenalty: 1,
    seed: 1,
    stop: [],
    maxTimeMs: 60_000,
    ...over,
  };
}
