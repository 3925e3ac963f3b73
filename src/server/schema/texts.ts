/** Bodies and answers of `/apply-template`, `/tokenize` and `/detokenize`. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { Message, Tool } from "../engine/request.js";
import type { TokenizeOptions } from "../engine/texts.js";
import type { ChatMessage, TemplateValues } from "../wire/generation.js";
import type {
  ApplyTemplateRequest,
  ApplyTemplateResponse,
  DetokenizeRequest,
  DetokenizeResponse,
  TokenizeRequest,
  TokenizeResponse,
} from "../wire/texts.js";
import type { FunctionTool } from "../wire/tools.js";
import { countField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { messagesField, toMessages } from "./chat-messages.js";
import { exactly } from "./exactly.js";
import { flagField, orDefault, textField, valuesField, wholeField } from "./field-schemas.js";
import { plainMessages } from "./plain-messages.js";
import { toolFields, toolsOf } from "./tools.js";

const maxContentCharacters = 262_144;
const maxTokens = 65_536;
/** Ids are 32 bits wide; the engine knows how many there are. */
const largestId = 2 ** 31 - 1;

/** undefined: the loaded model. */
interface ForModel {
  readonly modelId: string | undefined;
}

export interface TemplateCall extends ForModel {
  readonly messages: readonly Message[];
  readonly kwargs: ApplyTemplateRequest["chat_template_kwargs"];
  readonly tools: readonly Tool[];
  readonly withPieces: boolean;
}

export interface TokenizeCall extends ForModel, TokenizeOptions {
  readonly withPieces: boolean;
}

export interface DetokenizeCall extends ForModel {
  readonly tokens: readonly number[];
}

type FilledApplyTemplateRequest = {
  messages: ChatMessage[];
  chat_template_kwargs: TemplateValues | null;
  tools: FunctionTool[] | null;
  with_pieces: boolean;
  model_id: string | null;
};

type FilledTokenizeRequest = {
  content: string;
  add_special: boolean;
  parse_special: boolean;
  with_pieces: boolean;
  model_id: string | null;
};

type FilledDetokenizeRequest = { tokens: number[]; model_id: string | null };

const { modelId, templateKwargs } = generationFields;
const piecesField = orDefault(flagField(), false, "With the text of each token.");
const modelField = orDefault(textField(modelId.least, modelId.most), null, "Id of the model.");

export const applyTemplateBody: Body<TemplateCall> = bodyOf({
  schema: exactly<FilledApplyTemplateRequest, ApplyTemplateRequest>()(
    z
      .object({
        messages: messagesField,
        chat_template_kwargs: orDefault(
          valuesField(templateKwargs.mostBytes, templateKwargs.reserved),
          null,
          "Variables for the chat template.",
        ),
        tools: toolFields.tools,
        with_pieces: piecesField,
        model_id: modelField,
      })
      .meta({ id: "ApplyTemplateRequest" }),
  ),
  unknown: "refuse",
  prepare: (fields) => ({
    ...fields,
    values: { ...fields.values, messages: plainMessages(fields.values.messages) },
  }),
  toCall: ({ messages, chat_template_kwargs, tools, with_pieces, model_id }) => ({
    messages: toMessages(messages),
    kwargs: chat_template_kwargs,
    tools: toolsOf({ tools, tool_choice: null, parallel_tool_calls: true }).tools ?? [],
    withPieces: with_pieces,
    modelId: model_id ?? undefined,
  }),
});

export const tokenizeBody: Body<TokenizeCall> = bodyOf({
  schema: exactly<FilledTokenizeRequest, TokenizeRequest>()(
    z
      .object({
        content: textField(0, maxContentCharacters).describe("Text to cut into tokens."),
        add_special: orDefault(flagField(), false, "With the token that begins every text."),
        parse_special: orDefault(flagField(), true, "Reads control tokens that the text spells out as such."),
        with_pieces: piecesField,
        model_id: modelField,
      })
      .meta({ id: "TokenizeRequest" }),
  ),
  unknown: "refuse",
  toCall: ({ content, add_special, parse_special, with_pieces, model_id }) => ({
    content,
    addSpecial: add_special,
    parseSpecial: parse_special,
    withPieces: with_pieces,
    modelId: model_id ?? undefined,
  }),
});

const idError = `a list of up to ${maxTokens} ids`;

export const detokenizeBody: Body<DetokenizeCall> = bodyOf({
  schema: exactly<FilledDetokenizeRequest, DetokenizeRequest>()(
    z
      .object({
        tokens: z
          .array(wholeField(0, largestId), { error: idError })
          .max(maxTokens, { error: idError })
          .describe("Ids of tokens."),
        model_id: modelField,
      })
      .meta({ id: "DetokenizeRequest" }),
  ),
  unknown: "refuse",
  toCall: ({ tokens, model_id }) => ({ tokens, modelId: model_id ?? undefined }),
});

const tokenEntry = z.object({
  id: countField("Id of the token."),
  piece: z
    .union([z.string(), z.array(countField("A byte."))])
    .describe("Its text; bytes where they are no text alone."),
  special: z.boolean().describe("True for what is no word."),
});

const tokenEntries = z.array(z.union([countField("Id of a token."), tokenEntry]));

export const applyTemplateResponse: z.ZodType<ApplyTemplateResponse, ApplyTemplateResponse> = exactly<
  ApplyTemplateResponse,
  ApplyTemplateResponse
>()(
  z
    .object({ prompt: z.string().describe("The text that the model reads."), tokens: tokenEntries })
    .meta({ id: "ApplyTemplateResponse" }),
);

export const tokenizeResponse: z.ZodType<TokenizeResponse, TokenizeResponse> = exactly<
  TokenizeResponse,
  TokenizeResponse
>()(z.object({ tokens: tokenEntries }).meta({ id: "TokenizeResponse" }));

export const detokenizeResponse: z.ZodType<DetokenizeResponse, DetokenizeResponse> = exactly<
  DetokenizeResponse,
  DetokenizeResponse
>()(
  z
    .object({ content: z.string().describe("Their text, control tokens spelled out.") })
    .meta({ id: "DetokenizeResponse" }),
);
