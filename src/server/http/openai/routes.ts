/** OpenAI's API: each route translates to and from the one generation there is. */
import { json } from "../../schema/answer.js";
import { askedModel, askedModelList } from "../../schema/asked-models.js";
import { noBody } from "../../schema/body.js";
import { chatCompletionAnswer, textCompletionAnswer } from "../../schema/openai-answers.js";
import { chatCompletionBody } from "../../schema/openai-chat.js";
import { completionBody } from "../../schema/openai-completions.js";
import { anthropicModel, anthropicModelPage } from "../anthropic/models.js";
import { checkGrammars } from "../check-grammars.js";
import { beginChoices, wholeChoices } from "../choices.js";
import { speaksAnthropic } from "../dialects.js";
import { type Route, route } from "../route.js";
import { streamChoices } from "../stream-choices.js";
import { chatCompletion, chatCompletionChunks } from "./chat-completion.js";
import { askableModels, oneModel, openaiModel } from "./models.js";
import { promptTexts, textCompletion, textCompletionChunks } from "./text-completion.js";

export const openaiRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/v1/chat/completions",
    dialect: "openai",
    scope: "infer",
    summary: "Answers the last message of a conversation, as OpenAI's API does.",
    limit: "counted",
    body: chatCompletionBody,
    answer: json(chatCompletionAnswer, "With stream: true, chunks as server-sent events."),
    example: { body: { messages: [{ role: "user", content: "Tell me about the weather" }], max_length: 40 } },
    handler: async (call, ctx, services) => {
      if (call.stream) {
        await streamChoices(ctx, services, call, chatCompletionChunks(ctx, services, call));
        return undefined;
      }
      const results = await wholeChoices(beginChoices(ctx, services, call));
      return chatCompletion(ctx, services, call, results);
    },
  }),
  route({
    method: "POST",
    path: "/v1/completions",
    dialect: "openai",
    scope: "infer",
    summary: "Continues texts, as OpenAI's API does.",
    limit: "counted",
    body: completionBody,
    answer: json(textCompletionAnswer, "With stream: true, chunks as server-sent events."),
    example: { body: { prompt: "The sea" } },
    handler: async (asked, ctx, services) => {
      const texts = await promptTexts(ctx, services, asked);
      const call = asked.withTexts(texts);
      await checkGrammars(services, call);
      const prompts = { texts, echo: asked.echo };
      if (asked.stream) {
        await streamChoices(ctx, services, call, textCompletionChunks(ctx, services, call, prompts));
        return undefined;
      }
      const results = await wholeChoices(beginChoices(ctx, services, call));
      return textCompletion(ctx, services, call, prompts, results);
    },
  }),
  route({
    method: "GET",
    path: "/v1/models",
    dialect: "asked",
    scope: "infer",
    summary: "The models that can be asked, as OpenAI's or Anthropic's API lists them.",
    limit: "free",
    body: noBody,
    answer: json(askedModelList),
    example: {},
    handler: async (_none, ctx, services) => {
      const models = await askableModels(ctx, services);
      if (speaksAnthropic(ctx.headers)) return anthropicModelPage(ctx, services, models);
      return { object: "list", data: models.map((model) => openaiModel(model, services)) };
    },
  }),
  route({
    method: "GET",
    // names of models may have slashes in them
    path: "/v1/models/*id",
    dialect: "asked",
    scope: "infer",
    summary: "One model, as OpenAI's or Anthropic's API shows it.",
    limit: "free",
    body: noBody,
    answer: json(askedModel),
    example: { path: "/v1/models/none" },
    handler: async (_none, ctx, services) => {
      const model = await oneModel(ctx, services, ctx.params?.id ?? "");
      return speaksAnthropic(ctx.headers) ? anthropicModel(ctx, services, model) : openaiModel(model, services);
    },
  }),
];
