/** Whole answers of `/generate` and `/chat`: one, or as many as `n` asks for. */
import type { GenerationResult } from "../engine/result.js";
import type { ChoicesCall, GenerationCall } from "../schema/generation-call.js";
import type { ChatResponse, GenerateChoice, GenerateResponse } from "../wire/generation.js";
import { type AnswerEnd, answerEnd, resultWarnings } from "./answer-extras.js";
import { beginChoices, timingsOfAll, usageOf, wholeChoices } from "./choices.js";
import type { HttpServices } from "./http-services.js";
import type { LabContext } from "./route.js";
import {
  callsToWire,
  finishReasonToWire,
  logprobsToWire,
  reasoningToWire,
  timingsToWire,
  usageToWire,
} from "./to-wire.js";
import { wholeAnswer } from "./whole-answer.js";

export async function generateAnswer(
  ctx: LabContext,
  services: HttpServices,
  call: GenerationCall,
): Promise<GenerateResponse> {
  const results = await resultsOf(ctx, services, call);
  const [{ index: _, ...first }, ...others] = results.map(generateChoice) as [GenerateChoice, ...GenerateChoice[]];
  const { finish_reason: _told, ...extras } = extrasOf(ctx, call, results);
  return { ...first, ...(others.length > 0 && { choices: results.map(generateChoice) }), ...extras };
}

export async function chatAnswer(ctx: LabContext, services: HttpServices, call: GenerationCall): Promise<ChatResponse> {
  const results = await resultsOf(ctx, services, call);
  const { finish_reason: _told, ...extras } = extrasOf(ctx, call, results);
  const choices = results.map((result, index) => ({
    index,
    message: {
      role: "assistant",
      content: result.text,
      ...reasoningToWire(result.reasoning),
      ...callsToWire(result.toolCalls),
    } as const,
    finish_reason: finishReasonToWire(result.finishReason),
    ...logprobsToWire(result.scores),
  }));
  return { choices, ...extras };
}

const generateChoice = (result: GenerationResult, index: number): GenerateChoice => ({
  index,
  response: result.text,
  ...reasoningToWire(result.reasoning),
  finish_reason: finishReasonToWire(result.finishReason),
  ...logprobsToWire(result.scores),
});

async function resultsOf(ctx: LabContext, services: HttpServices, call: GenerationCall): Promise<GenerationResult[]> {
  if (call.n === 1) return [await wholeAnswer(ctx, services, ctx.state.route, call)];
  return await wholeChoices(beginChoices(ctx, services, choicesOf(call)));
}

/** The same prompt for each, with the seeds one after the other. */
function choicesOf({ request, n, ...call }: GenerationCall): ChoicesCall {
  const requests = Array.from({ length: n }, (_, index) => ({ ...request, seed: (request.seed + index) % 2 ** 32 }));
  return { ...call, requests, n, streamUsage: "never" };
}

/** What stands beside the answers: the prompt's tokens counted once. */
function extrasOf(ctx: LabContext, call: GenerationCall, results: readonly GenerationResult[]): AnswerEnd {
  const [first, ...others] = results as readonly [GenerationResult, ...GenerationResult[]];
  const end = answerEnd(ctx.state.requestId, call, first);
  if (others.length === 0) return end;
  const warnings = others.flatMap((result, at) =>
    resultWarnings(call, call.request, result).map((warning) => `choices[${at + 1}]: ${warning}`),
  );
  return {
    ...end,
    usage: usageToWire(usageOf(results, call.n)),
    timings: timingsToWire(timingsOfAll(results, ctx.state.arrivedAt)),
    warnings: [...end.warnings, ...warnings],
  };
}
