/** A text as a model reads it: `lab.template` and `lab.tokens`. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { TemplateAnswer, TokenPiece, TokenizeAnswer } from "../../server/wire/tokens.js";
import type { Connection } from "../client/connection.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { tokensView } from "../displays/tokens-view.js";
import { type RequestOptions, splitOptions } from "./ask.js";

/** One token of a text. */
export interface Token {
  /** Its number in the model's vocabulary. */
  id: number;
  /** What it stands for. Part of a character stands as U+FFFD. */
  text: string;
  /** true: a control token such as <|im_start|>, which no text of a message can become. */
  special: boolean;
}

/** A text as the model reads it. A cell that ends with it shows the tokens, special ones marked, ids on hover. */
export interface TokenList {
  /** The text, markup of the template included. */
  text: string;
  tokens: Token[];
  /** The ids of `tokens`, in their order. */
  ids: number[];
  /** How many there are. */
  count: number;
  /** Id of the model whose vocabulary it is. */
  model: string;
}
