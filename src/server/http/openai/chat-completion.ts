/** Answers and chunks of `/v1/chat/completions`. */
import type { Generation } from "../../engine/generation.js";
import type { GenerationResult, Piece, TokenScore } from "../../engine/result.js";
import type { ChoicesCall } from "../../schema/generation-call.js";
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionDelta, ChatLogprobs } from "../../wire/openai.js";
import type { HttpServices } from "../http-services.js";
import type { LabContext } from "../route.js";
import { dataFrame, doneFrame, jsonLine } from "../sse.js";
import type { ChoiceFormat } from "../stream-choices.js";
import {
  callPieceToWire,
  callsToWire,
  finishReasonToWire,
  reasoningToWire,
  scoresToWire,
  usageToWire,
} from "../to-wire.js";
import { completionExtras, completionHead, usageSoFar } from "./completion-head.js";
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
        // beside calls, no text is none, and not an empty one
        content: result.text === "" && result.toolCalls.length > 0 ? null : result.text,
        ...reasoningToWire(result.reasoning),
        refusal: null,
        ...callsToWire(result.toolCalls),
      },
      logprobs: logprobsOf(result.scores),
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
      call.streamUsage === "never"
        ? {}
        : { usage: call.streamUsage === "always" ? usageToWire(usageSoFar(running, call.n)) : null };
    const body: ChatCompletionChunk = { ...head, object: "chat.completion.chunk", choices, ...usage, ...extras };
    return dataFrame(jsonLine(body));
  };
  const delta = (index: number, said: ChatCompletionDelta, scores?: Piece["scores"]): string =>
    chunk([{ index, delta: said, logprobs: logprobsOf(scores), finish_reason: null }]);
  return {
    begin: (generation, index) => {
      head = headOf(generation.model);
      running.set(index, generation);
      return delta(index, { role: "assistant", content: "" });
    },
    piece: (piece, _generation, index) => {
      const { call: called } = piece;
      // clients take the first part of a call for its head, and text from the others only
      if (called?.id !== undefined && called.arguments !== "") {
        const head = delta(index, { tool_calls: [callPieceToWire({ ...called, arguments: "" })] });
        const { index: place, arguments: text } = called;
        return head + delta(index, { tool_calls: [callPieceToWire({ index: place, arguments: text })] }, piece.scores);
      }
      const said = deltaOf(piece);
      return said === undefined && piece.scores === undefined ? "" : delta(index, said ?? {}, piece.scores);
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

function deltaOf({ text, reasoning, call }: Piece): ChatCompletionDelta | undefined {
  if (call !== undefined) return { tool_calls: [callPieceToWire(call)] };
  if (reasoning !== undefined) return reasoningToWire(reasoning);
  return text === "" ? undefined : { content: text };
}

function logprobsOf(scores: readonly TokenScore[] | null | undefined): ChatLogprobs {
  return scores === null || scores === undefined ? null : { content: scoresToWire(scores), refusal: null };
}
