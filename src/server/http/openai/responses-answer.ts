/** A whole answer in the form of OpenAI's Responses API. */
import type { GenerationResult } from "../../engine/result.js";
import type { ResponsesCall } from "../../schema/openai-responses.js";
import { packThoughts } from "../../schema/packed-thoughts.js";
import type {
  ResponsesCallItem,
  ResponsesItem,
  ResponsesMessageItem,
  ResponsesReasoningItem,
  ResponsesResponse,
  ResponsesText,
} from "../../wire/openai-responses.js";
import type { TokenLogprob } from "../../wire/tokens.js";
import { resultWarnings } from "../answer-extras.js";
import { scoresToWire, timingsToWire } from "../to-wire.js";

/** Makes an answer's parts; their ids are made of the request's. */
export class ResponseParts {
  readonly call: ResponsesCall;
  readonly #id: string;
  readonly #createdAt: number = secondsNow();

  constructor(call: ResponsesCall, requestId: string) {
    this.call = call;
    this.#id = requestId.replace(/^req_/, "");
  }

  /** The answer of which nothing was said yet. `model` is the one that answers, told where none was named. */
  begun(model: string): ResponsesResponse {
    const { echo, modelId, requests } = this.call;
    return {
      id: `resp_${this.#id}`,
      object: "response",
      created_at: this.#createdAt,
      completed_at: null,
      status: "in_progress",
      background: false,
      error: null,
      incomplete_details: null,
      model: modelId ?? model,
      output: [],
      previous_response_id: null,
      service_tier: "default",
      store: false,
      truncation: "disabled",
      usage: null,
      seed: requests[0]?.seed ?? 0,
      ...echo,
    };
  }

  /** The answer once it ended well, with these items. */
  ended(result: GenerationResult, output: ResponsesItem[]): ResponsesResponse {
    const [request] = this.call.requests;
    const warnings = [
      ...this.call.warnings,
      ...(request === undefined ? [] : resultWarnings(this.call, request, result)),
    ];
    const isCut = result.finishReason === "length";
    const { promptTokens, cachedTokens, completionTokens, reasoningTokens } = result.usage;
    return {
      ...this.begun(result.model),
      completed_at: secondsNow(),
      status: isCut ? "incomplete" : "completed",
      incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
      output,
      usage: {
        input_tokens: promptTokens,
        input_tokens_details: { cached_tokens: cachedTokens },
        output_tokens: completionTokens,
        output_tokens_details: { reasoning_tokens: reasoningTokens },
        total_tokens: promptTokens + completionTokens,
      },
      timings: timingsToWire(result.timings),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  whole(result: GenerationResult): ResponsesResponse {
    const { text, reasoning, toolCalls, scores } = result;
    const output: ResponsesItem[] = [];
    if (reasoning !== null) output.push(this.reasoning(0, reasoning, "completed"));
    if (text !== "" || (output.length === 0 && toolCalls.length === 0)) {
      output.push(this.message(output.length, [textPart(text, scoresToWire(scores ?? []))], "completed"));
    }
    for (const { id, name, arguments: json } of toolCalls) {
      output.push(this.callItem(output.length, id, name, json, "completed"));
    }
    return this.ended(result, withEnding(output, result));
  }

  reasoning(index: number, text: string, status: ResponsesItem["status"]): ResponsesReasoningItem {
    const { packsThoughts, echo } = this.call;
    const isSummary = echo.reasoning.summary !== null;
    const isSaid = status !== "in_progress";
    return {
      type: "reasoning",
      id: `rs_${this.#id}_${index}`,
      status,
      summary: isSummary && isSaid ? [{ type: "summary_text", text }] : [],
      ...(!isSummary && { content: isSaid ? [{ type: "reasoning_text", text }] : [] }),
      ...(packsThoughts && { encrypted_content: isSaid ? packThoughts(text) : null }),
    };
  }

  message(index: number, content: ResponsesText[], status: ResponsesItem["status"]): ResponsesMessageItem {
    return { type: "message", id: `msg_${this.#id}_${index}`, status, role: "assistant", content };
  }

  callItem(
    index: number,
    callId: string,
    name: string,
    json: string,
    status: ResponsesItem["status"],
  ): ResponsesCallItem {
    return { type: "function_call", id: `fc_${this.#id}_${index}`, status, call_id: callId, name, arguments: json };
  }
}

const secondsNow = (): number => Math.floor(Date.now() / 1000);

export const textPart = (text: string, logprobs: TokenLogprob[] = []): ResponsesText => ({
  type: "output_text",
  text,
  annotations: [],
  logprobs,
});

/** Of an answer that a limit cut, the last item is not whole. */
export function withEnding(items: readonly ResponsesItem[], { finishReason }: GenerationResult): ResponsesItem[] {
  return items.map((item, index) =>
    finishReason === "length" && index === items.length - 1 ? { ...item, status: "incomplete" } : item,
  );
}
