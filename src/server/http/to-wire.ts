/** The engine's words in the spelling of the wire. Only here. */
import type * as engine from "../engine/result.js";
import type * as wire from "../wire/generation.js";

export function usageToWire({
  promptTokens,
  completionTokens,
  reasoningTokens,
  cachedTokens,
}: engine.Usage): wire.Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}

/** The thoughts of an answer or a piece of one, where it has any. */
export function reasoningToWire(reasoning: string | null | undefined): { reasoning_content?: string } {
  return reasoning === null || reasoning === undefined ? {} : { reasoning_content: reasoning };
}

export function timingsToWire(timings: engine.Timings): wire.Timings {
  return {
    queue_ms: timings.queueMs,
    prefill_ms: timings.prefillMs,
    decode_ms: timings.decodeMs,
    draft_tokens: timings.draftTokens,
    accepted_tokens: timings.acceptedTokens,
    time_to_first_token_ms: timings.firstTokenMs,
    total_ms: timings.totalMs,
    tokens_per_second: timings.tokensPerSecond,
    threads: timings.threads,
  };
}

const finishReasons = {
  stop: "stop",
  length: "length",
  toolCalls: "tool_calls",
} as const satisfies Record<engine.FinishReason, wire.FinishReason>;

export function finishReasonToWire(reason: engine.FinishReason): wire.FinishReason {
  return finishReasons[reason];
}
