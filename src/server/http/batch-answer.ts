/** Several prompts at once: in parallel on the slots, answers in the order of the prompts. */
import { inLanes } from "../async/lanes.js";
import type { GenerationRequest } from "../engine/request.js";
import type { GenerationResult } from "../engine/result.js";
import type { BatchCall } from "../schema/generation-call.js";
import type { BatchResponse } from "../wire/generation.js";
import { refuseShortened, resultWarnings } from "./answer-extras.js";
import { batchTimings, type Outcome } from "./batch-timings.js";
import { errorReply } from "./errors.js";
import type { HttpServices } from "./http-services.js";
import type { RequestRecord } from "./request-record.js";
import type { LabContext } from "./route.js";
import { beginRecord, callerOf } from "./running-generation.js";
import { finishReasonToWire, logprobsToWire, timingsToWire, usageToWire } from "./to-wire.js";

/** Throws the first prompt's error when all of them failed. */
export async function batchAnswer(
  ctx: LabContext,
  services: HttpServices,
  route: string,
  call: BatchCall,
): Promise<BatchResponse> {
  const record = beginRecord(ctx, services, route);
  if (services.settings.record === "full") for (const request of call.requests) record.recordPrompt(request);
  const outcomes = await runAll(ctx, services, call, record);
  const [first] = outcomes;
  if (first !== undefined && "error" in first && outcomes.every((outcome) => "error" in outcome))
    throw record.explain(first.error);
  return batchResponse(ctx, call, outcomes);
}

/**
 * No more at a time than there are slots: a batch must not fill the queue that others wait in. `max_time` counts from the
 * arrival of the batch for each of them.
 */
async function runAll(
  ctx: LabContext,
  { models, settings, log }: HttpServices,
  call: BatchCall,
  record: RequestRecord,
): Promise<Outcome[]> {
  const lanes = models.status().slots.total || settings.slots;
  return inLanes(call.requests, lanes, async (request, index): Promise<Outcome> => {
    try {
      return { result: await runItem(ctx, models, call, record, request) };
    } catch (error) {
      if (errorReply(error).unexpected) log.error("unexpected error", { request: ctx.state.requestId, index, error });
      return { error: record.explain(error) };
    }
  });
}

async function runItem(
  ctx: LabContext,
  models: HttpServices["models"],
  call: BatchCall,
  record: RequestRecord,
  request: GenerationRequest,
): Promise<GenerationResult> {
  record.refuseCancelled();
  const generation = models.generate(call.modelId, request, callerOf(ctx), ctx.state.arrivedAt);
  record.add(generation);
  try {
    await generation.started;
    refuseShortened(call, request, generation);
    return await generation;
  } finally {
    generation.cancel("client");
  }
}

function batchResponse(ctx: LabContext, call: BatchCall, outcomes: readonly Outcome[]): BatchResponse {
  const results = outcomes.map((outcome) => ("result" in outcome ? outcome.result : null));
  const done = results.filter((result) => result !== null);
  const sum = (count: (result: GenerationResult) => number): number =>
    done.reduce((total, result) => total + count(result), 0);
  return {
    responses: results.map((result) => result?.text ?? ""),
    reasoning_contents: results.map((result) => result?.reasoning ?? null),
    finish_reasons: results.map((result) => (result === null ? null : finishReasonToWire(result.finishReason))),
    ...(call.requests[0]?.logprobs !== undefined && {
      logprobs: results.map((result) => logprobsToWire(result?.scores).logprobs ?? null),
    }),
    errors: outcomes.flatMap((outcome, index) => {
      if (!("error" in outcome)) return [];
      const { code, message } = errorReply(outcome.error).body.error;
      return [{ index, code, message }];
    }),
    id: ctx.state.requestId,
    model: done[0]?.model ?? "",
    seed: call.requests[0]?.seed ?? 0,
    usage: usageToWire({
      promptTokens: sum(({ usage }) => usage.promptTokens),
      completionTokens: sum(({ usage }) => usage.completionTokens),
      reasoningTokens: sum(({ usage }) => usage.reasoningTokens),
      cachedTokens: sum(({ usage }) => usage.cachedTokens),
    }),
    timings: timingsToWire(batchTimings(outcomes, performance.now() - ctx.state.arrivedAt)),
    warnings: [...call.warnings, ...itemWarnings(call, results)],
  };
}

function itemWarnings(call: BatchCall, results: readonly (GenerationResult | null)[]): string[] {
  return results.flatMap((result, index) => {
    const request = call.requests[index];
    if (result === null || request === undefined) return [];
    return resultWarnings(call, request, result).map((warning) => `prompts[${index}]: ${warning}`);
  });
}
