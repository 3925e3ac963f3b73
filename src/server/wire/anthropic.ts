/** What clients of Anthropic's Messages API send. Names and order of fields as that API has them. */
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
  | { type: "between_tools" }
  | { type: "disabled" };

/** A tool that the model may call. */
export interface AnthropicTool {
  /** Tools that Anthropic's servers know by their type are refused. */
  type?: "custom" | null;
  /** 1 to 64 letters, digits, `_`, `-`, `.`. */
  name: string;
  /** Up to 65536 characters. */
  description?: string | null;
  /** JSON schema of an object. */
  input_schema: Record<string, unknown>;
  /** Here calls always obey the schema. */
  strict?: boolean | null;
}

export type AnthropicToolChoice =
  | { type: "auto" | "any"; disable_parallel_tool_use?: boolean | null }
  | { type: "tool"; name: string; disable_parallel_tool_use?: boolean | null }
  | { type: "none" };

/** The form of the answer. */
export interface AnthropicFormat {
  type: "json_schema";
  schema: Record<string, unknown>;
}

export interface AnthropicOutputConfig {
  /** How much a model that thinks may think. */
  effort?: "low" | "medium" | "high" | "xhigh" | "max" | null;
  format?: AnthropicFormat | null;
}

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
  | "reasoning_budget"
  | "json_schema"
  | "logprobs";

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
  /** Tools that the model may call: up to 128. Default: none. */
  tools?: AnthropicTool[] | null;
  tool_choice?: AnthropicToolChoice | null;
  output_config?: AnthropicOutputConfig | null;
  /** An older name of `output_config.format`. */
  output_format?: AnthropicFormat | null;
  /** true: the answer comes as events. Default false. */
  stream?: boolean | null;
}

/** Body of `POST /v1/messages/count_tokens`: a conversation. What else a body of `/v1/messages` has is taken and changes nothing. */
export type CountTokensRequest = Pick<
  MessagesRequest,
  "model" | "messages" | "system" | "tools" | "chat_template_kwargs"
>;
