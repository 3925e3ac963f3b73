/** What stands beside every answer, and the warnings in it. */
import type { GenerationResult } from "../engine/result.js";
import { LabError } from "../errors.js";
import type { CallOptions, GenerationCall } from "../schema/generation-call.js";
import type { AnswerExtras, FinishReason } from "../wire/generation.js";
import { finishReasonToWire, timingsToWire, usageToWire } from "./to-wire.js";

/** The extras and why the answer ended: what the last frame of a stream says. */
export type AnswerEnd = AnswerExtras & { readonly finish_reason: FinishReason };

export function answerEnd(id: string, call: GenerationCall, result: GenerationResult): AnswerEnd {
  return {
    finish_reason: finishReasonToWire(result.finishReason),
    id,
    model: result.model,
    seed: call.request.seed,
    usage: usageToWire(result.usage),
    timings: timingsToWire(result.timings),
    warnings: [...call.warnings, ...resultWarnings(call, call.request, result)],
  };
}

type Limits = Pick<GenerationCall["request"], "maxTokens" | "maxTimeMs">;

/** What was shortened, once it is known how the answer ended. */
export function resultWarnings(call: CallOptions, asked: Limits, result: GenerationResult): string[] {
  const warnings = [...result.warnings];
  // a budget that left less says so itself
  const shortened = result.maxTokens < asked.maxTokens && warnings.length === 0;
  // nobody misses a default that was never reached
  if (shortened && (call.lengthGiven || (result.finishReason === "length" && !result.timedOut))) {
    warnings.push(
      `max_length was shortened from ${asked.maxTokens} to ${result.maxTokens}, which is what the prompt leaves of the context.`,
    );
  }
  if (result.timedOut) {
    warnings.push(`max_time of ${asked.maxTimeMs / 1000} s ended the answer before it was complete.`);
  }
  return warnings;
}

/** With `strict`, refuses a length the client named itself that was shortened to `granted` tokens. */
export function refuseShortened(call: CallOptions, asked: Limits, granted: number | null): void {
  if (!call.strict || !call.lengthGiven || granted === null || granted >= asked.maxTokens) return;
  throw new LabError(
    "invalid_request",
    `max_length is ${asked.maxTokens}, but the prompt leaves ${granted} tokens of the context. Send ${granted} or less, or strict: false.`,
    { param: "max_length" },
  );
}
