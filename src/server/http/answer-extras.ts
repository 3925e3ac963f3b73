/** What stands beside every answer, and the warnings in it. */
import type { GenerationResult, Limiter } from "../engine/result.js";
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

/** The limit in force, and what set it; null while it is not known. */
type Granted = { readonly maxTokens: number | null; readonly limitedBy: Limiter };
type Limits = Pick<GenerationCall["request"], "maxTokens" | "maxTimeMs">;

/** What was shortened, once it is known how the answer ended. */
export function resultWarnings(call: CallOptions, asked: Limits, result: GenerationResult): string[] {
  const warnings = [...result.warnings];
  const shortened = result.maxTokens < asked.maxTokens && result.limitedBy === "context";
  // a default that was never reached cut nothing short
  if (shortened && (call.lengthGiven || (result.finishReason === "length" && !result.timedOut))) {
    warnings.push(
      `max_length was shortened from ${asked.maxTokens} to ${result.maxTokens}, which is what the prompt leaves of the context.`,
    );
  }
  if (result.timedOut) {
    warnings.push(`max_time of ${asked.maxTimeMs / 1000} s ended the answer before it was complete.`);
  }
  if (result.text === "" && result.reasoning !== null) warnings.push(onlyThoughts(result));
  return warnings;
}

/** An answer without a word of answer. */
function onlyThoughts({ finishReason, timedOut }: GenerationResult): string {
  if (finishReason === "stop") return "The model ended its answer within a thought, so there is no text.";
  const limit = timedOut ? "max_time" : "max_length";
  return `${limit} ended the answer within a thought, so there is no text. Give it more, or limit thoughts by reasoning_budget.`;
}

/** With `strict`, refuses a length the client named itself that was shortened. */
export function refuseShortened(call: CallOptions, asked: Limits, granted: Granted): void {
  const { maxTokens, limitedBy } = granted;
  if (!call.strict || !call.lengthGiven || maxTokens === null || maxTokens >= asked.maxTokens) return;
  const what = limitedBy === "budget" ? "the key's token budget leaves" : "the prompt leaves";
  const of = limitedBy === "budget" ? "" : " of the context";
  throw new LabError(
    "invalid_request",
    `max_length is ${asked.maxTokens}, but ${what} ${maxTokens} tokens${of}. Send ${maxTokens} or less, or strict: false.`,
    { param: "max_length" },
  );
}
