/** What clients of Anthropic's Messages API send, and what they get back. Names and order of fields as that API has them. */
import type { SamplingOptions } from "./generation.js";

/** A text of a turn, of the instructions or of a tool's result. */
export interface AnthropicText {
  type: "text";
  /** Up to 1000000 characters. */
  text: string;
}

/** What the model thought before it answered, as an answer of this server had it. */
export interface AnthropicThinking {
  type: "thinking";
  /** Up to 1000000 characters. */
  thinking: string;
  /** Not read: thoughts of other servers are taken, too. */
  signature?: string | null;
}

/** Thoughts that only Anthropic's servers can read: dropped, with a warning. */
export interface AnthropicRedactedThinking {
  type: "redacted_thinking";
  data: string;
}

/** A tool that the model called. */
export interface AnthropicToolUse {
  type: "tool_use";
  /** 1 to 256 characters. */
  id: string;
  /** 1 to 128 characters. */
  name: string;
  input: Record<string, unknown>;
}

/** What came of a call. */
export interface AnthropicToolResult {
  type: "tool_result";
  /** The call's id, 1 to 256 characters. */
  tool_use_id: string;
  content?: string | AnthropicText[] | null;
  /** The model is told that it is an error. Default false. */
  is_error?: boolean | null;
}

export type AnthropicBlock =
  | AnthropicText
  | AnthropicThinking
  | AnthropicRedactedThinking
  | AnthropicToolUse
  | AnthropicToolResult;

/** One turn. Turns of one role in a row are one turn to the model. */
export interface AnthropicTurn {
  role: "user" | "assistant" | "system";
  /** Up to 1000000 characters, or up to 1000 blocks. */
  content: string | AnthropicBlock[];
}

/** Whether and how long the model thinks, where it can. */
export type AnthropicThinkingConfig =
  | { type: "enabled"; budget_tokens: number; display?: "summarized" | "omitted" | null }
  | { type: "adaptive"; display?: "summarized" | "omitted" | null }
  | { type: "disabled" };

/** Options of this server that this API says otherwise, or has no place for. */
type OwnWords =
  | "model_id"
  | "max_length"
  | "temperature"
  | "do_sample"
  | "top_p"
  | "top_k"
  | "stop"
  | "system_prompt"
  | "parse_special"
  | "reasoning"
  | "reasoning_budget";

/** Body of `POST /v1/messages`. Options that only this server has may stand beside those of the API. */
export interface MessagesRequest extends Omit<SamplingOptions, OwnWords> {
  /** Id of the model, 1 to 512 characters; one that is not loaded is loaded first. */
  model: string;
  /** Most new tokens, thoughts included: whole number 1 to 1048576. */
  max_tokens: number;
  /** 1 to 10000 turns; if the last is the assistant's, it is continued. */
  messages: AnthropicTurn[];
  /** Instructions given to the model before everything else. Default: none. */
  system?: string | AnthropicText[] | null;
  /** Randomness: 0 to 1. Default: 1. */
  temperature?: number | null;
  /** Keeps the likeliest tokens whose probabilities add up to this share: 0 to 1. Default: 1. */
  top_p?: number | null;
  /** Keeps so many of the likeliest tokens: whole number 0 to 1048576; 0 keeps all. Default: 0. */
  top_k?: number | null;
  /** Texts that end the answer, up to 16 of 1 to 256 characters. Default: none. */
  stop_sequences?: string[] | null;
  /** Default: the model thinks as it does. */
  thinking?: AnthropicThinkingConfig | null;
  /** true: the answer comes as events. Default false. */
  stream?: boolean | null;
}

/** Body of `POST /v1/messages/count_tokens`: a conversation. What else a body of `/v1/messages` has is taken and changes nothing. */
export type CountTokensRequest = Pick<MessagesRequest, "model" | "messages" | "system" | "chat_template_kwargs">;

/** Tokens of an answer. What was read is `input_tokens` and what was in the model's memory, together. */
export interface AnthropicUsage {
  input_tokens: number;
  /** Always 0: what is remembered costs nothing. */
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  output_tokens: number;
  output_tokens_details: { thinking_tokens: number };
  server_tool_use: null;
}

export type AnthropicStopReason = "end_turn" | "max_tokens" | "stop_sequence" | "tool_use";

/** A part of an answer. */
export type AnthropicAnswerBlock =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string; citations: null }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown>; caller: { type: "direct" } };

/** Answer of `POST /v1/messages`. What Anthropic's own servers say further is null here. */
export interface AnthropicMessage {
  id: string;
  type: "message";
  role: "assistant";
  model: string;
  content: AnthropicAnswerBlock[];
  /** null only at the start of a stream. */
  stop_reason: AnthropicStopReason | null;
  /** The stop sequence that ended it; null where something else did. */
  stop_sequence: string | null;
  stop_details: null;
  container: null;
  diagnostics: null;
  usage: AnthropicUsage & { cache_creation: null; inference_geo: null; service_tier: "standard"; speed: null };
}

/** A piece of a block. */
export type AnthropicDelta =
  | { type: "text_delta"; text: string }
  | { type: "thinking_delta"; thinking: string }
  | { type: "signature_delta"; signature: string }
  | { type: "input_json_delta"; partial_json: string };

/** One event of a stream, in this order; blocks come one after the other. */
export type AnthropicEvent =
  | { type: "message_start"; message: AnthropicMessage }
  | { type: "content_block_start"; index: number; content_block: AnthropicAnswerBlock }
  | { type: "ping" }
  | { type: "content_block_delta"; index: number; delta: AnthropicDelta }
  | { type: "content_block_stop"; index: number }
  | {
      type: "message_delta";
      delta: Pick<AnthropicMessage, "stop_reason" | "stop_sequence" | "stop_details" | "container">;
      usage: AnthropicUsage;
    }
  | { type: "message_stop" }
  | AnthropicError;

export type AnthropicErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "api_error"
  | "overloaded_error";

/** Body of every error of these routes, and the last event of a stream that failed. */
export interface AnthropicError {
  type: "error";
  error: {
    type: AnthropicErrorType;
    message: string;
    /** The code of this server's own error table, and the field that is to blame. */
    details: { error_code: string; param: string | null };
  };
  request_id: string;
}

/** Answer of `POST /v1/messages/count_tokens`. */
export interface AnthropicTokenCount {
  input_tokens: number;
}

/** A model, as `GET /v1/models` shows it to clients of this API. */
export interface AnthropicModel {
  type: "model";
  id: string;
  display_name: string;
  /** ISO 8601: when this server began to know it. */
  created_at: string;
  lifecycle: "active";
  deprecated_at: null;
  retires_at: null;
  line: null;
  capabilities: null;
  /** Tokens it was trained for; null where that is not known. */
  max_input_tokens: number | null;
  max_tokens: number | null;
}

/** A page of them. */
export interface AnthropicModelList {
  data: AnthropicModel[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}
