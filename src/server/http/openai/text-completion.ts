/** Answers and chunks of `/v1/completions`. */
import type { Generation } from "../../engine/generation.js";
import type { GenerationResult } from "../../engine/result.js";
import type { ChoicesCall } from "../../schema/generation-call.js";
import type { CompletionCall } from "../../schema/openai-completions.js";
import type { TextCompletion, TextCompletionChunk } from "../../wire/openai.js";
import type { HttpServices } from "../http-services.js";
import { onReplyClosed } from "../reply-closed.js";
import type { LabContext } from "../route.js";
import { callerOf } from "../running-generation.js";
import { dataFrame, doneFrame, jsonLine } from "../sse.js";
import type { ChoiceFormat } from "../stream-choices.js";
import { finishReasonToWire, usageToWire } from "../to-wire.js";
import { completionExtras, completionHead, usageSoFar } from "./completion-head.js";
import { openaiError } from "./errors.js";
import { charactersIn, TextLogprobsWriter } from "./text-logprobs.js";

/** The prompts as texts. Ids of tokens are asked of the model, which is loaded for that where the caller may. */
export async function promptTexts(ctx: LabContext, { models }: HttpServices, call: CompletionCall): Promise<string[]> {
  const { prompts, modelId } = call;
  if (prompts.every((prompt) => typeof prompt === "string")) return prompts as string[];
  ctx.state.identity?.budget?.refuseSpent();
  const gone = new AbortController();
  onReplyClosed(ctx, () => gone.abort());
  const texts = await models.texts(modelId, callerOf(ctx), gone.signal);
  return Promise.all(prompts.map((prompt) => (typeof prompt === "string" ? prompt : texts.detokenize(prompt))));
}

/** What stands before each answer: its prompt, where that is asked for. */
const before = (call: ChoicesCall, texts: readonly string[], echo: boolean, index: number): string =>
  echo ? (texts[Math.floor(index / call.n)] ?? "") : "";

export function textCompletion(
  ctx: LabContext,
  services: HttpServices,
  call: ChoicesCall,
  { texts, echo }: { readonly texts: readonly string[]; readonly echo: boolean },
  results: readonly GenerationResult[],
): TextCompletion {
  return {
    ...completionHead(ctx, services, call, "cmpl")(results[0]?.model ?? null),
    object: "text_completion",
    choices: results.map((result, index) => {
      const prompt = before(call, texts, echo, index);
      return {
        text: prompt + result.text,
        index,
        logprobs: new TextLogprobsWriter(charactersIn(prompt)).write(result.scores),
        finish_reason: finishReasonToWire(result.finishReason),
      };
    }),
    ...completionExtras(ctx, call, results),
  };
}

export function textCompletionChunks(
  ctx: LabContext,
  services: HttpServices,
  call: ChoicesCall,
  { texts, echo }: { readonly texts: readonly string[]; readonly echo: boolean },
): ChoiceFormat {
  const headOf = completionHead(ctx, services, call, "cmpl");
  let head = headOf(null);
  const running = new Map<number, Generation>();
  const writers = new Map<number, TextLogprobsWriter>();
  const results: GenerationResult[] = [];
  const chunk = (choices: TextCompletionChunk["choices"], extras: Partial<TextCompletionChunk> = {}): string => {
    const soFar = call.streamUsage === "always" ? usageToWire(usageSoFar(running, call.n)) : null;
    const usage = call.streamUsage === "never" ? {} : { usage: soFar };
    return dataFrame(
      jsonLine({ ...head, object: "text_completion", choices, ...usage, ...extras } satisfies TextCompletionChunk),
    );
  };
  return {
    begin: (generation, index) => {
      head = headOf(generation.model);
      running.set(index, generation);
      const prompt = before(call, texts, echo, index);
      writers.set(index, new TextLogprobsWriter(charactersIn(prompt)));
      return prompt === "" ? "" : chunk([{ text: prompt, index, logprobs: null, finish_reason: null }]);
    },
    piece: ({ text, scores }, _generation, index) => {
      if (text === "" && scores === undefined) return "";
      const logprobs = writers.get(index)?.write(scores) ?? null;
      return chunk([{ text, index, logprobs, finish_reason: null }]);
    },
    finish: (result, index) => {
      results[index] = result;
      const choice = { text: "", index, logprobs: null, finish_reason: finishReasonToWire(result.finishReason) };
      const isLast = Object.keys(results).length === call.requests.length;
      const { usage: _told, ...extras } = isLast ? completionExtras(ctx, call, results) : { usage: null };
      return chunk([choice], extras);
    },
    end: () => {
      const { usage } = completionExtras(ctx, call, results);
      return (call.streamUsage === "never" ? "" : chunk([], { usage })) + doneFrame;
    },
    fail: (reply) => dataFrame(jsonLine(openaiError(reply).body)),
  };
}
