/** What clients of OpenAI's Responses API send, and what they get back. Nothing is stored: every request brings all of its conversation. */
import type { SamplingOptions, Timings } from "./generation.js";
import type { TokenLogprob } from "./tokens.js";

export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";

/** Whether and how long the model thinks, where it can, and where its thoughts stand. */
export interface ResponsesReasoning {
  effort?: ReasoningEffort | null;
  /** With one of these the thoughts stand in `summary`, as they are; else in `content`. */
  summary?: "auto" | "concise" | "detailed" | null;
}

/** The form of the text. */
export type ResponsesFormat =
  | { type: "text" }
  | { type: "json_object" }
  | {
      type: "json_schema";
      name: string;
      schema: Record<string, unknown>;
      description?: string | null;
      strict?: boolean | null;
    };

export interface ResponsesTextOptions {
  format?: ResponsesFormat | null;
  verbosity?: "low" | "medium" | "high" | null;
}

/** A function that the model may call. */
export interface ResponsesTool {
  type: "function";
  name: string;
  description?: string | null;
  parameters?: Record<string, unknown> | null;
  strict?: boolean | null;
}

/** `allowed_tools` leaves those tools only. */
export type ResponsesToolChoice =
  | "auto"
  | "none"
  | "required"
  | { type: "function"; name: string }
  | { type: "allowed_tools"; mode: "auto" | "required"; tools: { type: "function"; name: string }[] };

/** Options of this server that this API says otherwise. */
type OwnWords =
  | "model_id"
  | "max_length"
  | "do_sample"
  | "system_prompt"
  | "parse_special"
  | "reasoning"
  | "json_schema"
  | "logprobs";

/** Body of `POST /v1/responses`. Options that only this server has may stand beside those of the API. */
export interface ResponsesRequest extends Omit<SamplingOptions, OwnWords> {
  /** Id of the model, 1 to 512 characters; one that is not loaded is loaded first. Default: the loaded model. */
  model?: string | null;
  /** A text, or up to 10000 items of a conversation; if the last is the assistant's, it is continued. */
  input: string | Record<string, unknown>[];
  /** Instructions given to the model before everything else: up to 1000000 characters. Default: none. */
  instructions?: string | null;
  /** Most new tokens, thoughts included: whole number 1 to 1048576. Default: as many as the context holds. */
  max_output_tokens?: number | null;
  reasoning?: ResponsesReasoning | null;
  text?: ResponsesTextOptions | null;
  /** Functions that the model may call: up to 128. Default: none. */
  tools?: ResponsesTool[] | null;
  tool_choice?: ResponsesToolChoice | null;
  /** false: one call at most. Default true. */
  parallel_tool_calls?: boolean | null;
  /** How many of the likeliest tokens are told for each token: 0 to 20. Default: none. */
  top_logprobs?: number | null;
  /** What stands in the answer beside the usual: "message.output_text.logprobs", "reasoning.encrypted_content". */
  include?: string[] | null;
  /** Given back as it came: up to 16 texts of 512 characters. */
  metadata?: Record<string, string> | null;
  /** true: the answer comes as events. Default false. */
  stream?: boolean | null;
}

export interface ResponsesText {
  type: "output_text";
  text: string;
  annotations: never[];
  logprobs: TokenLogprob[];
}

type ItemStatus = "in_progress" | "completed" | "incomplete";

export interface ResponsesMessageItem {
  type: "message";
  id: string;
  status: ItemStatus;
  role: "assistant";
  content: ResponsesText[];
}

/** Thoughts, as a summary or as they came. */
export interface ResponsesReasoningItem {
  type: "reasoning";
  id: string;
  status: ItemStatus;
  summary: { type: "summary_text"; text: string }[];
  content?: { type: "reasoning_text"; text: string }[];
  /** The thoughts once more, so that clients that keep nothing else send them back; only where it was asked for. */
  encrypted_content?: string | null;
}

export interface ResponsesCallItem {
  type: "function_call";
  id: string;
  status: ItemStatus;
  call_id: string;
  name: string;
  /** JSON of an object. */
  arguments: string;
}

/** A part of an answer. */
export type ResponsesItem = ResponsesReasoningItem | ResponsesMessageItem | ResponsesCallItem;

export interface ResponsesUsage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

/** Answer of `POST /v1/responses`, and what its first and last events bring. */
export interface ResponsesResponse {
  id: string;
  object: "response";
  /** Seconds since 1970. */
  created_at: number;
  completed_at: number | null;
  status: "in_progress" | "completed" | "incomplete" | "failed";
  background: false;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: "max_output_tokens" } | null;
  instructions: string | null;
  max_output_tokens: number | null;
  metadata: Record<string, string>;
  model: string;
  output: ResponsesItem[];
  parallel_tool_calls: boolean;
  previous_response_id: null;
  reasoning: { effort: ReasoningEffort | null; summary: "auto" | "concise" | "detailed" | null };
  service_tier: "default";
  store: false;
  temperature: number;
  text: { format: ResponsesFormat; verbosity: "low" | "medium" | "high" | null };
  tool_choice: ResponsesToolChoice;
  tools: ResponsesTool[];
  top_logprobs: number;
  top_p: number;
  truncation: "disabled";
  /** null until it is known. */
  usage: ResponsesUsage | null;
  /** Seed that was used. */
  seed: number;
  /** Only in a whole answer, and in the last event. */
  timings?: Timings;
  /** One sentence for everything that was shortened, ignored or emulated; left out where nothing was. */
  warnings?: string[];
}
