/** What stands at the head and at the end of every answer of OpenAI's API. */
import type { Generation } from "../../engine/generation.js";
import type { GenerationResult, Usage } from "../../engine/result.js";
import type { ChoicesCall } from "../../schema/generation-call.js";
import type { CompletionExtras, CompletionHead } from "../../wire/openai.js";
import { resultWarnings } from "../answer-extras.js";
import { timingsOfAll, usageOf } from "../choices.js";
import type { HttpServices } from "../http-services.js";
import type { LabContext } from "../route.js";
import { timingsToWire, usageToWire } from "../to-wire.js";

/** Makes the head of each frame, which is the same in all frames of an answer but for a model that was not named. */
export function completionHead(
  ctx: LabContext,
  { version }: Pick<HttpServices, "version">,
  call: ChoicesCall,
  prefix: "chatcmpl" | "cmpl",
): (modelId: string | null) => CompletionHead {
  const id = `${prefix}-${ctx.state.requestId.replace(/^req_/, "")}`;
  const created = Math.floor(Date.now() / 1000);
  return (modelId) => ({
    id,
    created,
    // the name that was asked for, since clients compare it
    model: call.modelId ?? modelId ?? "",
    system_fingerprint: `locallab-${version}`,
  });
}

export function completionExtras(
  ctx: LabContext,
  call: ChoicesCall,
  results: readonly GenerationResult[],
): CompletionExtras {
  const warnings = completionWarnings(call, results);
  return {
    usage: usageToWire(usageOf(results, call.n)),
    timings: timingsToWire(timingsOfAll(results, ctx.state.arrivedAt)),
    seed: call.requests[0]?.seed ?? 0,
    ...(warnings.length > 0 && { warnings }),
  };
}

/** What was said of the request and of its answers, each sentence once. */
export function completionWarnings(call: ChoicesCall, results: readonly GenerationResult[]): string[] {
  const ofResults = results.flatMap((result, index) => {
    const request = call.requests[index];
    const warnings = request === undefined ? [] : resultWarnings(call, request, result);
    // in the words of this API
    return warnings.map((warning) => warning.replaceAll("max_length", "max_tokens"));
  });
  return [...new Set([...call.warnings, ...ofResults])];
}

/** What was used until now: each prompt once, and what all its answers have. */
export function usageSoFar(running: ReadonlyMap<number, Generation>, n: number): Usage {
  const sum = (count: (generation: Generation) => number): number =>
    [...running.values()].reduce((total, generation) => total + count(generation), 0);
  const prompts = new Map([...running].map(([index, generation]) => [Math.floor(index / n), generation]));
  return {
    promptTokens: [...prompts.values()].reduce((total, { promptTokens }) => total + (promptTokens ?? 0), 0),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    reasoningTokens: 0,
    cachedTokens: 0,
  };
}
