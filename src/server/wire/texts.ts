/** What a model's template and vocabulary make of texts, in llama-server's shapes. */
import type { ChatMessage, TemplateValues } from "./generation.js";
import type { FunctionTool } from "./tools.js";

/** Body of `POST /apply-template`. */
export interface ApplyTemplateRequest {
  /** The conversation, 1 to 1000 messages; if the last is the assistant's, it is continued. */
  messages: ChatMessage[];
  /** Variables for the chat template. Default: none. */
  chat_template_kwargs?: TemplateValues | null;
  /** What the model may call, up to 128. Default: none. */
  tools?: FunctionTool[] | null;
  /** With the text of each token. Default false. */
  with_pieces?: boolean | null;
  /** Id of the model. Default: the loaded model. */
  model_id?: string | null;
}

export interface ApplyTemplateResponse {
  /** The text that the model reads. */
  prompt: string;
  /** Ids of its tokens, the one that begins every text too; with their texts where `with_pieces` asked for them. */
  tokens: (number | TokenEntry)[];
}

/** Body of `POST /tokenize`. */
export interface TokenizeRequest {
  /** Up to 262144 characters. */
  content: string;
  /** With the token that begins every text, where the model has one. Default false. */
  add_special?: boolean | null;
  /** Reads control tokens that the text spells out as such. Default true. */
  parse_special?: boolean | null;
  /** With the text of each token. Default false. */
  with_pieces?: boolean | null;
  /** Id of the model. Default: the loaded model. */
  model_id?: string | null;
}

/** A token as it is written. */
export interface TokenEntry {
  id: number;
  /** Its text; its bytes where they are a part of a character only. */
  piece: string | number[];
  /** True for what is no word: what begins and ends turns, and tags. */
  special: boolean;
}

export interface TokenizeResponse {
  /** Ids; with their texts where `with_pieces` asked for them. */
  tokens: (number | TokenEntry)[];
}

/** Body of `POST /detokenize`. */
export interface DetokenizeRequest {
  /** Up to 65536 ids. */
  tokens: number[];
  /** Id of the model. Default: the loaded model. */
  model_id?: string | null;
}

export interface DetokenizeResponse {
  /** Their text, control tokens spelled out. */
  content: string;
}
