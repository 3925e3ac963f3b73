import { parseChat } from "../../schema/parse-generation.js";
import type { ChatResponse } from "../../wire/generation.js";
import { answerEnd } from "../answer-extras.js";
import type { Route } from "../route.js";
import { streamAnswer, wantsEvents } from "../stream-answer.js";
import { chatEventFormat, chatLinesFormat } from "../stream-format.js";
import { wholeAnswer } from "../whole-answer.js";

const name = "POST /chat";

export const chatRoute: Route = {
  method: "POST",
  path: "/chat",
  scope: "infer",
  summary: "Answers the last message of a conversation.",
  countsAgainstLimit: true,
  handler: async (ctx, services): Promise<ChatResponse | undefined> => {
    const call = parseChat(ctx.state.body);
    if (call.stream) {
      const format = wantsEvents(ctx) ? chatEventFormat() : chatLinesFormat();
      await streamAnswer(ctx, services, name, call, format);
      return undefined;
    }
    const result = await wholeAnswer(ctx, services, name, call);
    const { finish_reason, ...extras } = answerEnd(ctx.state.requestId, call, result);
    const message = { role: "assistant", content: result.text } as const;
    return { choices: [{ index: 0, message, finish_reason }], ...extras };
  },
};
