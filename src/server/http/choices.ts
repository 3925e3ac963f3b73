/** Several answers to one request: generations in lanes, each tied to the client that waits for them. */
import { inLanes } from "../async/lanes.js";
import { settlesWithin } from "../async/within.js";
import type { Generation } from "../engine/generation.js";
import type { GenerationResult, Usage } from "../engine/result.js";
import { LabError } from "../errors.js";
import type { ChoicesCall } from "../schema/generation-call.js";
import { refuseShortened } from "./answer-extras.js";
import { batchTimings } from "./batch-timings.js";
import type { HttpServices } from "./http-services.js";
import type { RequestRecord } from "./request-record.js";
import type { LabContext } from "./route.js";
import { beginRecord, callerOf } from "./running-generation.js";

/** Milliseconds between two looks at a model that loads. */
const lookMs = 250;
/** Milliseconds for which its load goes on without a client that waits: longer than any SDK pauses before it asks again. */
const keptLoadMs = 120_000;
/** Milliseconds that finding the model's file may take, until the load is kept. */
const joinMs = 1500;

/** Who asks for which answers, with its entry in the log of requests. */
export interface Choices {
  readonly ctx: LabContext;
  readonly services: HttpServices;
  readonly call: ChoicesCall;
  readonly record: RequestRecord;
}

export function beginChoices(ctx: LabContext, services: HttpServices, call: ChoicesCall): Choices {
  if (ctx.req.socket.destroyed) throw new LabError("request_cancelled", "The connection was closed.");
  const record = beginRecord(ctx, services, ctx.state.route);
  if (services.settings.record === "full") for (const request of call.requests) record.recordPrompt(request);
  return { ctx, services, call, record };
}

/** Begins the generation of one answer. Throws what `Models.generate` throws at once. */
export function beginChoice({ ctx, services, call, record }: Choices, index: number): readonly [Generation] {
  record.refuseCancelled();
  const request = call.requests[index];
  if (request === undefined) throw new RangeError(`There is no answer ${index}.`);
  const generation = services.models.generate(call.modelId, request, callerOf(ctx), ctx.state.arrivedAt);
  record.add(generation);
  // in a tuple, because an async function would await a bare generation
  return [generation];
}

/** Runs `work` for the index of every answer; no more at a time than there are slots, since others wait for them, too. */
export async function eachChoice<Result>(
  { services, call, record }: Choices,
  work: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const lanes = services.models.status().slots.total || services.settings.slots;
  try {
    return await inLanes([...call.requests.keys()], lanes, work);
  } catch (error) {
    // without all of the answers none is of use
    record.cancel("client");
    throw record.explain(error);
  }
}

/** The answers, in their order. With `strict`, refuses as soon as it is known that a length had to be shortened. */
export function wholeChoices(choices: Choices): Promise<GenerationResult[]> {
  return eachChoice(choices, async (index) => {
    const [generation] = beginChoice(choices, index);
    try {
      await untilRead(choices, generation);
      refuseShortened(choices.call, generation.request, generation);
      return await generation;
    } finally {
      // does nothing when it is over
      generation.cancel("client");
    }
  });
}

/**
 * Resolves once the prompt is being read, or, but for the load of its model, after `limitMs`; rejects when the generation
 * fails before.
 *
 * Refuses with `model_loading` when the model loads for longer than a client waits in silence; the load goes on, so that
 * the client finds it further when it asks again.
 */
export async function untilRead(
  { ctx, services }: Choices,
  generation: Generation,
  limitMs: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  // a little before its own deadline, after which it would only have failed
  const loadWaitMs = Math.min(services.timings.loadWaitMs, generation.request.maxTimeMs - lookMs);
  const began = performance.now();
  for (;;) {
    if (await settlesWithin(Math.min(lookMs, limitMs), generation.started)) return await generation.started;
    const waitedMs = performance.now() - began;
    const isLoading = generation.state === "loading";
    if (!isLoading && waitedMs >= limitMs) return undefined;
    if (isLoading && performance.now() - generation.arrivedAt >= loadWaitMs)
      throw await stillLoading(services, ctx, generation);
  }
}

/** Somebody has to want the load still when this request is gone, or it would end with it. */
async function stillLoading({ models }: HttpServices, ctx: LabContext, { model }: Generation): Promise<LabError> {
  const id = model ?? "";
  const kept = models.texts(id, callerOf(ctx), AbortSignal.timeout(keptLoadMs));
  kept.catch(() => {
    // whoever asks next is told why
  });
  await settlesWithin(joinMs, kept);
  return new LabError("model_loading", `"${id}" is loading. Send the request again in a moment.`, {
    retryAfterSeconds: 2,
  });
}

/** What all answers used: each prompt once, though `n` answers were made of it. */
export function usageOf(results: readonly GenerationResult[], n: number): Usage {
  const sum = (of: readonly GenerationResult[], count: (usage: Usage) => number): number =>
    of.reduce((total, { usage }) => total + count(usage), 0);
  const prompts = results.filter((_, index) => index % n === 0);
  return {
    promptTokens: sum(prompts, ({ promptTokens }) => promptTokens),
    completionTokens: sum(results, ({ completionTokens }) => completionTokens),
    reasoningTokens: sum(results, ({ reasoningTokens }) => reasoningTokens),
    cachedTokens: sum(prompts, ({ cachedTokens }) => cachedTokens),
  };
}

/** Where the time of all answers went together; that of the answer itself where there is one. */
export function timingsOfAll(results: readonly GenerationResult[], arrivedAt: number): GenerationResult["timings"] {
  const [only] = results;
  if (only !== undefined && results.length === 1) return only.timings;
  return batchTimings(
    results.map((result) => ({ result })),
    performance.now() - arrivedAt,
  );
}
