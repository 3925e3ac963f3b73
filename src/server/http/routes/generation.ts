/** Making text. */
import { json } from "../../schema/answer.js";
import { batchBody, chatBody, generateBody } from "../../schema/generation.js";
import { batchResponse, chatResponse, generateResponse } from "../../schema/generation-answers.js";
import { batchAnswer } from "../batch-answer.js";
import { chatAnswer, generateAnswer } from "../lab-answers.js";
import { type Route, route } from "../route.js";
import { streamAnswer, wantsEvents } from "../stream-answer.js";
import { chatEventFormat, chatLinesFormat, generateEventFormat, plainTextFormat } from "../stream-format.js";

export const generationRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/generate",
    scope: "infer",
    summary: "Continues a text.",
    limit: "counted",
    body: generateBody,
    answer: json(
      generateResponse,
      "With stream: true, frames of text, or JSON events for those who accept text/event-stream.",
    ),
    example: { body: { prompt: "The sea", max_length: 40 } },
    handler: async (call, ctx, services) => {
      if (call.stream) {
        const format = wantsEvents(ctx) ? generateEventFormat() : plainTextFormat();
        await streamAnswer(ctx, services, ctx.state.route, call, format);
        return undefined;
      }
      return await generateAnswer(ctx, services, call);
    },
  }),
  route({
    method: "POST",
    path: "/chat",
    scope: "infer",
    summary: "Answers the last message of a conversation.",
    limit: "counted",
    body: chatBody,
    answer: json(
      chatResponse,
      "With stream: true, LocalLab's frames, or JSON events for those who accept text/event-stream.",
    ),
    example: { body: { messages: [{ role: "user", content: "Tell me about the weather" }] } },
    handler: async (call, ctx, services) => {
      if (call.stream) {
        const format = wantsEvents(ctx) ? chatEventFormat() : chatLinesFormat();
        await streamAnswer(ctx, services, ctx.state.route, call, format);
        return undefined;
      }
      return await chatAnswer(ctx, services, call);
    },
  }),
  route({
    method: "POST",
    path: "/generate/batch",
    scope: "infer",
    summary: "Continues several texts in parallel.",
    limit: "counted",
    body: batchBody,
    answer: json(batchResponse),
    example: { body: { prompts: ["The sea", "A cat"], max_length: 30 } },
    handler: (call, ctx, services) => batchAnswer(ctx, services, ctx.state.route, call),
  }),
];
