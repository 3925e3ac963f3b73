/** Body of `POST /v1/chat/completions`. */
import { z } from "zod";
import type { ChatMessage } from "../wire/generation.js";
import type { ChatCompletionRequest } from "../wire/openai.js";
import { type Body, bodyOf } from "./body.js";
import { messagesField, toMessages, unknownMessageFields, withSystemPrompt } from "./chat-messages.js";
import { exactly } from "./exactly.js";
import type { ChoicesCall } from "./generation-call.js";
import { choicesCall, completionFields, type FilledCompletionOptions, openaiAliases } from "./openai-options.js";
import { plainMessages } from "./plain-messages.js";

type FilledChatCompletion = FilledCompletionOptions & { messages: ChatMessage[] };

export const chatCompletionBody: Body<ChoicesCall> = bodyOf({
  schema: exactly<FilledChatCompletion, ChatCompletionRequest>()(
    z.object({ messages: messagesField, ...completionFields() }).meta({ id: "ChatCompletionRequest" }),
  ),
  aliases: openaiAliases,
  unknown: "tell",
  prepare: (fields) => ({
    ...fields,
    values: { ...fields.values, messages: plainMessages(fields.values.messages) },
    unknown: [...fields.unknown, ...unknownMessageFields(fields.values.messages)],
  }),
  toCall: (filled, fields) => {
    const messages = withSystemPrompt(toMessages(filled.messages), filled.system_prompt);
    return choicesCall(filled, fields, [{ kind: "chat", messages }]);
  },
});
