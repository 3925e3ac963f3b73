/** `POST /v1/responses`: translates to and from the one generation there is. Nothing is stored. */
import { json } from "../../schema/answer.js";
import { responsesBody } from "../../schema/openai-responses.js";
import { responsesAnswer } from "../../schema/responses-answers.js";
import { beginChoices, wholeChoices } from "../choices.js";
import { type Route, route } from "../route.js";
import { streamChoices } from "../stream-choices.js";
import { ResponseParts } from "./responses-answer.js";
import { ResponseEvents } from "./responses-events.js";

export const responsesRoute: Route = route({
  method: "POST",
  path: "/v1/responses",
  dialect: "openai",
  scope: "infer",
  summary: "Answers a text or a conversation, as OpenAI's Responses API does, without storing it.",
  limit: "counted",
  body: responsesBody,
  answer: json(responsesAnswer, "With stream: true, the events of that API."),
  example: { body: { input: "Tell me about the weather", max_output_tokens: 40 } },
  handler: async (call, ctx, services) => {
    const parts = new ResponseParts(call, ctx.state.requestId);
    if (call.stream) {
      await streamChoices(ctx, services, call, new ResponseEvents(parts));
      return undefined;
    }
    const [result] = await wholeChoices(beginChoices(ctx, services, call));
    return result === undefined ? undefined : parts.whole(result);
  },
});
