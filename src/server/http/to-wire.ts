/** The engine's words in the spelling of the wire. Only here. */
import type { ToolCall } from "../engine/request.js";
import type * as engine from "../engine/result.js";
import type * as wire from "../wire/generation.js";
import type { Logprobs, TokenChance, TokenLogprob } from "../wire/tokens.js";
import type { CalledTool, CalledToolDelta } from "../wire/tools.js";

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

/** Calls of tools as a whole answer has them; nothing where there are none. */
export function callsToWire(calls: readonly ToolCall[]): { tool_calls?: CalledTool[] } {
  if (calls.length === 0) return {};
  return {
    tool_calls: calls.map(({ id, name, arguments: text }) => ({
      id,
      type: "function",
      function: { name, arguments: text },
    })),
  };
}

/** A part of a call as a stream has it: id, type and name stand in the first part of each call and in no other. */
export function callPieceToWire({ index, id, name, arguments: text }: engine.CallPiece): CalledToolDelta {
  if (id === undefined) return { index, function: { arguments: text } };
  return { index, id, type: "function", function: { name: name ?? "", arguments: text } };
}

/** How probable tokens were. */
export function scoresToWire(scores: readonly engine.TokenScore[]): TokenLogprob[] {
  return scores.map((score) => ({ ...chanceToWire(score), top_logprobs: score.top.map(chanceToWire) }));
}

/** The same beside an answer, or a piece of one; nothing where there are none. */
export function logprobsToWire(scores: readonly engine.TokenScore[] | null | undefined): { logprobs?: Logprobs } {
  return scores === null || scores === undefined ? {} : { logprobs: { content: scoresToWire(scores) } };
}

const chanceToWire = ({ id, bytes, logprob }: engine.TokenChance): TokenChance => ({
  token: textOfBytes(bytes),
  id,
  bytes: [...bytes],
  logprob: Math.max(logprob, leastLogprob),
});

/** What is impossible has no logarithm that JSON could write. OpenAI's API has this number for it. */
const leastLogprob = -9999;

/** A part of a character has no text of its own: its bytes say what it is. */
export const textOfBytes = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));

const finishReasons = {
  stop: "stop",
  length: "length",
  toolCalls: "tool_calls",
} as const satisfies Record<engine.FinishReason, wire.FinishReason>;

export function finishReasonToWire(reason: engine.FinishReason): wire.FinishReason {
  return finishReasons[reason];
}
