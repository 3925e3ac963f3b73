/** Body of `/v1/messages/count_tokens`. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { GenerationRequest, Message } from "../engine/request.js";
import type { AnthropicText, AnthropicTool, AnthropicTurn, CountTokensRequest } from "../wire/anthropic.js";
import type { TemplateValues } from "../wire/generation.js";
import { messagesRequest } from "./anthropic-messages.js";
import { anthropicTools, anthropicToolsField } from "./anthropic-tools.js";
import { systemField, toConversation, turnsField, withIgnoredParts } from "./anthropic-turns.js";
import { type Body, bodyOf, fieldNames } from "./body.js";
import { exactly } from "./exactly.js";
import { orDefault, textField, valuesField } from "./field-schemas.js";
import { anthropicMessages } from "./parameters/anthropic.js";
import { unknownWarning } from "./read-fields.js";

/** A conversation whose tokens are counted. */
export interface CountTokensCall {
  readonly modelId: string;
  readonly messages: readonly Message[];
  readonly tools: GenerationRequest["tools"];
  readonly kwargs: GenerationRequest["templateKwargs"];
  readonly warnings: readonly string[];
}

type FilledCount = {
  model: string;
  messages: AnthropicTurn[];
  system: string | AnthropicText[] | null;
  tools: AnthropicTool[] | null;
  chat_template_kwargs: TemplateValues | null;
};

const { modelId, templateKwargs } = generationFields;

export const countTokensBody: Body<CountTokensCall> = bodyOf({
  schema: exactly<FilledCount, CountTokensRequest>()(
    z
      .object({
        model: textField(modelId.least, modelId.most).describe("Id of the model."),
        messages: turnsField,
        system: orDefault(systemField, null, "Instructions given to the model before everything else."),
        tools: orDefault(anthropicToolsField, null, "Tools that the model may call."),
        chat_template_kwargs: orDefault(
          valuesField(templateKwargs.mostBytes, templateKwargs.reserved),
          null,
          `${templateKwargs.what}.`,
        ),
      })
      .meta({ id: "CountTokensRequest" }),
  ),
  parameters: [anthropicMessages],
  unknown: "tell",
  prepare: withIgnoredParts,
  toCall: ({ model, messages, system, tools, chat_template_kwargs }, fields) => {
    // what says how the answer is made changes no prompt
    const options = fieldNames(messagesRequest);
    const warning = unknownWarning(fields.unknown.filter((name) => !options.includes(name)));
    return {
      modelId: model,
      messages: toConversation(system, messages),
      tools: anthropicTools(tools ?? [], null).tools,
      kwargs: chat_template_kwargs ?? undefined,
      warnings: [...(warning === undefined ? [] : [warning]), ...fields.remarks.map(({ sentence }) => sentence)],
    };
  },
});
