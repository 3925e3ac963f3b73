/** Asks a lab how its model reads a text. */
import type { ChatMessage, TemplateValues } from "../../server/wire/generation.js";
import type { ApplyTemplateResponse, TokenEntry, TokenizeResponse } from "../../server/wire/texts.js";
import type { Connection } from "../client/connection.js";
import type { Token, TokenList } from "../client/token-list.js";
import { refuseUnknownOptions } from "../client/wire-options.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { tokensView } from "../displays/tokens-view.js";

/** Options of `lab.template`. */
export interface TemplateOptions {
  /** Id of the model. Default the loaded one. */
  model_id?: string;
  /** Variables for the chat template, e.g. `{ enable_thinking: false }`. Default none. */
  chat_template_kwargs?: TemplateValues;
}

/** Options of `lab.tokens`. */
export interface TokensOptions {
  /** Id of the model. Default the loaded one. */
  model_id?: string;
  /** With the token that begins every text, where the model has one. Default false. */
  add_special?: boolean;
  /** Reads control tokens that the text spells out as such. Default true. */
  parse_special?: boolean;
}

export async function askTemplate(
  connection: Connection,
  messages: string | readonly ChatMessage[],
  options: TemplateOptions = {},
): Promise<TokenList> {
  refuseUnknownOptions("lab.template", ["model_id", "chat_template_kwargs"], options);
  const turns = typeof messages === "string" ? [{ role: "user", content: messages }] : messages;
  const body = { ...options, messages: turns, with_pieces: true };
  const { prompt, tokens } = await connection.json<ApplyTemplateResponse>("POST", "/apply-template", { body });
  return listOf(prompt, tokens);
}

export async function askTokens(connection: Connection, text: string, options: TokensOptions = {}): Promise<TokenList> {
  refuseUnknownOptions("lab.tokens", ["model_id", "add_special", "parse_special"], options);
  const body = { ...options, content: text, with_pieces: true };
  const { tokens } = await connection.json<TokenizeResponse>("POST", "/tokenize", { body });
  return listOf(text, tokens);
}

function listOf(text: string, entries: readonly (number | TokenEntry)[]): TokenList {
  const tokens = entries.map(tokenOf);
  return selfDisplaying({ text, tokens, ids: tokens.map(({ id }) => id) }, tokensView);
}

function tokenOf(entry: number | TokenEntry): Token {
  // a server that gives no texts
  if (typeof entry === "number") return { id: entry, text: "", special: false };
  const { id, piece, special } = entry;
  return {
    id,
    text: typeof piece === "string" ? piece : Buffer.from(piece).toString("utf8"),
    special: special === true,
  };
}
