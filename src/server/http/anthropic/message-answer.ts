/** A whole answer in the form of Anthropic's Messages API. */
import { createHash } from "node:crypto";
import type { GenerationResult, Usage } from "../../engine/result.js";
import type {
  AnthropicAnswerBlock,
  AnthropicMessage,
  AnthropicStopReason,
  AnthropicUsage,
} from "../../wire/anthropic-answers.js";

/** What an answer's frame needs, beside the answer. */
export interface MessageNames {
  /** The request's own id. */
  readonly requestId: string;
  /** Id of the model that answers. */
  readonly model: string;
}

export function messageOf(names: MessageNames, result: GenerationResult, showsThoughts: boolean): AnthropicMessage {
  const { text, reasoning, toolCalls } = result;
  const content: AnthropicAnswerBlock[] = [];
  if (reasoning !== null) {
    const signature = signatureOf(reasoning);
    content.push({ type: "thinking", thinking: showsThoughts ? reasoning : "", signature });
  }
  if (text !== "" || (content.length === 0 && toolCalls.length === 0)) content.push(textBlock(text));
  for (const { id, name, arguments: json } of toolCalls) content.push(toolBlock(id, name, inputOf(json)));
  return { ...emptyMessage(names, result.usage), content, ...endOf(result) };
}

/** A message of which nothing was said yet; `usage` is what is known until now. */
export function emptyMessage({ requestId, model }: MessageNames, usage: Usage): AnthropicMessage {
  return {
    id: requestId.replace(/^req_/, "msg_"),
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: { ...usageOf(usage), cache_creation: null, inference_geo: null, service_tier: "standard", speed: null },
  };
}

export const textBlock = (text: string): AnthropicAnswerBlock => ({ type: "text", text, citations: null });

export const toolBlock = (id: string, name: string, input: Record<string, unknown>): AnthropicAnswerBlock => ({
  type: "tool_use",
  id,
  name,
  input,
  caller: { type: "direct" },
});

/** Why it ended. */
export function endOf({
  finishReason,
  stopText,
}: GenerationResult): Pick<AnthropicMessage, "stop_reason" | "stop_sequence"> {
  if (finishReason === "stop" && stopText !== null) return { stop_reason: "stop_sequence", stop_sequence: stopText };
  return { stop_reason: stopReasons[finishReason], stop_sequence: null };
}

const stopReasons = {
  stop: "end_turn",
  length: "max_tokens",
  toolCalls: "tool_use",
} as const satisfies Record<GenerationResult["finishReason"], AnthropicStopReason>;

/** That API counts cached tokens apart: what was read is the sum of the three. */
export function usageOf({ promptTokens, cachedTokens, completionTokens, reasoningTokens }: Usage): AnthropicUsage {
  return {
    input_tokens: promptTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: completionTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens },
    server_tool_use: null,
  };
}

/** Some clients drop thoughts without a signature. Nothing reads it here. */
export const signatureOf = (thought: string): string => createHash("sha256").update(thought, "utf8").digest("base64");

/** Arguments that a limit cut are none: the reason for the end says so. */
function inputOf(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
}
