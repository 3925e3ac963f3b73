/** Body of `POST /v1/chat/completions`. */
import { z } from "zod";
import type { ChatMessage } from "../wire/generation.js";
import type { ChatCompletionRequest, ResponseFormat } from "../wire/openai.js";
import { type Body, bodyOf } from "./body.js";
import { messagesField, toMessages, withPlainMessages, withSystemPrompt } from "./chat-messages.js";
import { exactly } from "./exactly.js";
import { choiceField, flagField, orDefault, wholeField } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import { optionAliases } from "./generation-options.js";
import {
  choicesCall,
  completionFields,
  type FilledCompletionOptions,
  withAnySeed,
  withRemarks,
} from "./openai-options.js";
import { withUnlimited } from "./other-spellings.js";
import { llamaServer } from "./parameters/llama-server.js";
import { openaiChat } from "./parameters/openai-chat.js";
import { type Remark, withSource } from "./read-fields.js";
import { effortOptions, efforts } from "./reasoning-effort.js";
import { responseFormatField, schemaOfFormat } from "./response-format.js";
import { type FilledTools, toolFields, toolsOf } from "./tools.js";

type FilledChatCompletion = Omit<FilledCompletionOptions, "logprobs"> &
  FilledTools & {
    messages: ChatMessage[];
    logprobs: boolean;
    top_logprobs: number | null;
    response_format: ResponseFormat | null;
    reasoning_effort: string | null;
  };

export const chatCompletionBody: Body<ChoicesCall> = bodyOf({
  schema: exactly<FilledChatCompletion, ChatCompletionRequest>()(
    z
      .object({
        messages: messagesField,
        ...completionFields(),
        logprobs: orDefault(flagField(), false, "Tells how probable each token of the answer was."),
        top_logprobs: orDefault(wholeField(0, 20), null, "And how probable the likeliest in its place were."),
        response_format: responseFormatField,
        ...toolFields,
        reasoning_effort: orDefault(
          choiceField(efforts) as z.ZodType<string, string>,
          null,
          "How much a model that thinks may think.",
        ),
      })
      .meta({ id: "ChatCompletionRequest" }),
  ),
  aliases: optionAliases,
  parameters: [openaiChat, llamaServer],
  unknown: "tell",
  prepare: (given) => withPlainMessages(withAnySeed(withUnlimited(given))),
  toCall: (filled, fields) => {
    const messages = withSystemPrompt(toMessages(filled.messages), filled.system_prompt);
    const asked = schemaOfFormat(filled.response_format);
    const options = {
      ...filled,
      ...effortOptions(filled),
      logprobs: filled.logprobs ? (filled.top_logprobs ?? 0) : null,
      json_schema: asked ?? filled.json_schema,
    };
    const named = asked === null ? fields : withSource(fields, "json_schema", "response_format.json_schema.schema");
    const told = withRemarks(named, remarksOn(filled));
    return choicesCall(options, told, [{ kind: "chat", messages }], toolsOf(filled));
  },
});

/** What means nothing without something else. */
function remarksOn({ logprobs, top_logprobs, tools, parallel_tool_calls, ...filled }: FilledChatCompletion): Remark[] {
  const lonely: readonly (readonly [boolean, string, string])[] = [
    [top_logprobs !== null && !logprobs, "top_logprobs", "logprobs is not true"],
    [!parallel_tool_calls && (tools ?? []).length === 0, "parallel_tool_calls", "there are no tools"],
    [
      filled.json_schema !== null && schemaOfFormat(filled.response_format) !== null,
      "json_schema",
      "response_format counts",
    ],
  ];
  return lonely.flatMap(([isSo, param, why]) =>
    isSo ? [{ param, sentence: `${param} has no effect here: ${why}.` }] : [],
  );
}
