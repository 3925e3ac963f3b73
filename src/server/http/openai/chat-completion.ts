/** Answers and chunks of `/v1/chat/completions`. */
import type { Generation } from "../../engine/generation.js";
import type { GenerationResult } from "../../engine/result.js";
import type { ChoicesCall } from "../../schema/generation-call.js";
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionDelta } from "../../wire/openai.js";
import type { HttpServices } from "../http-services.js";
import type { LabContext } from "../route.js";
import { dataFrame, doneFrame, jsonLine } from "../sse.js";
import type { ChoiceFormat } from "../stream-choices.js";
import { finishReasonToWire, reasoningToWire, usageToWire } from "../to-wire.js";
import { completionExtras, completionHead } from "./completion-head.js";
import { openaiError } from "./errors.js";

export function chatCompletion(
  ctx: LabContext,
  services: HttpServices,
  call: ChoicesCall,
  results: readonly GenerationResult[],
): ChatCompletion {
  return {
    ...completionHead(ctx, services, call, "chatcmpl")(results[0]?.model ?? null),
    object: "chat.completion",
    choices: results.map((result, index) => ({
      index,
      message: {
        role: "assistant",
        content: result.text,
        ...reasoningToWire(result.reasoning),
        refusal: null,
      },
      logprobs: null,
      finish_reason: finishReasonToWire(result.finishReason),
    })),
    ...completionExtras(ctx, call, results),
  };
}

type ChunkChoice = ChatCompletionChunk["choices"][number];

/** The role first, once for each choice; a last chunk with the reason; the usage in a chunk of its own, where asked for. */
export function chatCompletionChunks(ctx: LabContext, services: HttpServices, call: ChoicesCall): ChoiceFormat {
  const headOf = completionHead(ctx, services, call, "chatcmpl");
  let head = headOf(null);
  const running = new Map<number, Generation>();
  const results: GenerationResult[] = [];
  const chunk = (choices: ChunkChoice[], extras: Partial<ChatCompletionChunk> = {}): string => {
    const usage =
      call.streamUsage === "never" ? {} : { usage: call.streamUsage === "always" ? usageSoFar(running) : null };
    const body: ChatCompletionChunk = { ...head, object: "chat.completion.chunk", choices, ...usage, ...extras };
    return dataFrame(jsonLine(body));
  };
  const delta = (index: number, said: ChatCompletionDelta): string =>
    chunk([{ index, delta: said, logprobs: null, finish_reason: null }]);
  return {
    begin: (generation, index) => {
      head = headOf(generation.model);
      running.set(index, generation);
      return delta(index, { role: "assistant", content: "" });
    },
    piece: ({ text, reasoning }, _generation, index) => {
      if (text === "" && reasoning === undefined) return "";
      return delta(index, reasoning === undefined ? { content: text } : reasoningToWire(reasoning));
    },
    finish: (result, index) => {
      results[index] = result;
      const choice = { index, delta: {}, logprobs: null, finish_reason: finishReasonToWire(result.finishReason) };
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

/** What was used until now: the prompt once, and what all answers have. */
function usageSoFar(running: ReadonlyMap<number, Generation>): ReturnType<typeof usageToWire> {
  const generations = [...running.values()];
  return usageToWire({
    promptTokens: generations[0]?.promptTokens ?? 0,
    completionTokens: generations.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
    reasoningTokens: 0,
    cachedTokens: 0,
  });
}
