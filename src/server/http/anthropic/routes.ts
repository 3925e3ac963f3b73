/** Anthropic's API: each route translates to and from the one generation there is. */
import { json } from "../../schema/answer.js";
import { anthropicMessage, anthropicTokenCount } from "../../schema/anthropic-answers.js";
import { messagesBody } from "../../schema/anthropic-messages.js";
import { countTokensBody } from "../../schema/count-tokens.js";
import { beginChoices, wholeChoices } from "../choices.js";
import { completionWarnings } from "../openai/completion-head.js";
import { type Route, route } from "../route.js";
import { textsOf } from "../routes/texts.js";
import { streamChoices } from "../stream-choices.js";
import { tellWarnings } from "../warning-header.js";
import { tellRequestId } from "./errors.js";
import { messageOf } from "./message-answer.js";
import { messageEvents } from "./message-events.js";

export const anthropicRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/v1/messages",
    dialect: "anthropic",
    scope: "infer",
    summary: "Answers the last turn of a conversation, as Anthropic's API does.",
    limit: "counted",
    body: messagesBody,
    answer: json(anthropicMessage, "With stream: true, the events of that API."),
    example: {
      body: { model: "sample", max_tokens: 40, messages: [{ role: "user", content: "Tell me about the weather" }] },
    },
    handler: async (call, ctx, services) => {
      const names = { requestId: ctx.state.requestId, model: call.modelId ?? "" };
      tellRequestId(ctx);
      if (call.stream) {
        await streamChoices(ctx, services, call, messageEvents(names, call.showsThoughts));
        return undefined;
      }
      const [result] = await wholeChoices(beginChoices(ctx, services, call));
      if (result === undefined) return undefined;
      // the answer itself has no place for them
      tellWarnings(ctx, completionWarnings(call, [result]));
      return messageOf(names, result, call.showsThoughts);
    },
  }),
  route({
    method: "POST",
    path: "/v1/messages/count_tokens",
    dialect: "anthropic",
    scope: "infer",
    summary: "Counts the tokens of a conversation in the model's own template, as Anthropic's API does.",
    limit: "counted",
    body: countTokensBody,
    answer: json(anthropicTokenCount),
    example: { body: { model: "sample", messages: [{ role: "user", content: "Tell me about the weather" }] } },
    handler: async ({ modelId, messages, tools, kwargs }, ctx, services) => {
      tellRequestId(ctx);
      const { tokens } = await (await textsOf(ctx, services, modelId)).template(messages, kwargs, tools);
      return { input_tokens: tokens.length };
    },
  }),
];
