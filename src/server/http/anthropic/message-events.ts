/**
 * An answer as the events of Anthropic's Messages API: a message begins, its blocks come one after the other, it ends.
 *
 * Pure: pieces in, frames out. Source: Anthropic's documentation of streaming, and the readers in its SDKs.
 */
import type { Generation } from "../../engine/generation.js";
import type { GenerationResult, Piece } from "../../engine/result.js";
import type { AnthropicAnswerBlock, AnthropicDelta, AnthropicEvent } from "../../wire/anthropic-answers.js";
import type { ErrorReply } from "../errors.js";
import { eventFrame } from "../sse.js";
import type { ChoiceFormat } from "../stream-choices.js";
import { anthropicError } from "./errors.js";
import {
  emptyMessage,
  endOf,
  type MessageNames,
  signatureOf,
  textBlock,
  toolBlock,
  usageOf,
} from "./message-answer.js";

/** A block that is being said: thoughts, text, or the call with this index. */
type Open = "thinking" | "text" | number;

/** `names.model` is the name that was asked for. Without `showsThoughts` blocks of thought are empty but for their signature. */
export function messageEvents(names: MessageNames, showsThoughts: boolean): ChoiceFormat {
  let index = -1;
  let open: Open | undefined;
  let thought = "";

  const start = (kind: Open, block: AnthropicAnswerBlock): string => {
    if (open === kind) return "";
    const closed = close();
    open = kind;
    index += 1;
    // clients expect one early, and skip them all
    const ping = index === 0 ? frame({ type: "ping" }) : "";
    return closed + frame({ type: "content_block_start", index, content_block: block }) + ping;
  };

  const delta = (part: AnthropicDelta): string => frame({ type: "content_block_delta", index, delta: part });

  const close = (): string => {
    if (open === undefined) return "";
    const signed = open === "thinking" ? delta({ type: "signature_delta", signature: signatureOf(thought) }) : "";
    open = undefined;
    return signed + frame({ type: "content_block_stop", index });
  };

  const piece = ({ text, reasoning, call }: Piece): string => {
    if (reasoning !== undefined) {
      thought += reasoning;
      const started = start("thinking", { type: "thinking", thinking: "", signature: "" });
      return showsThoughts ? started + delta({ type: "thinking_delta", thinking: reasoning }) : started;
    }
    if (call !== undefined) {
      const { id = "", name = "", arguments: json } = call;
      const started = start(call.index, toolBlock(id, name, {}));
      return json === "" ? started : started + delta({ type: "input_json_delta", partial_json: json });
    }
    return text === "" ? "" : start("text", textBlock("")) + delta({ type: "text_delta", text });
  };

  return {
    begin: (generation) => frame({ type: "message_start", message: emptyMessage(names, countedOf(generation)) }),
    piece,
    finish: (result) => {
      const empty = index === -1 ? start("text", textBlock("")) : "";
      return empty + close() + messageDelta(result);
    },
    end: () => frame({ type: "message_stop" }),
    fail: (reply: ErrorReply) => frame(anthropicError(reply, names.requestId).body),
  };
}

/** What is known of the usage once the prompt was counted. */
const countedOf = ({ promptTokens, cachedTokens }: Generation): GenerationResult["usage"] => ({
  promptTokens: promptTokens ?? 0,
  cachedTokens,
  completionTokens: 0,
  reasoningTokens: 0,
});

const messageDelta = (result: GenerationResult): string =>
  frame({
    type: "message_delta",
    delta: { ...endOf(result), stop_details: null, container: null },
    usage: usageOf(result.usage),
  });

const frame = (event: AnthropicEvent): string => eventFrame(event);
