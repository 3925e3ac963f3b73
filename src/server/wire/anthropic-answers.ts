/** What clients of Anthropic's Messages API get back. Names and order of fields as that API has them. */

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
