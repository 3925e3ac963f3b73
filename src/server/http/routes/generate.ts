import { parseGenerate } from "../../schema/parse-generation.js";
import type { GenerateResponse } from "../../wire/generation.js";
import { answerEnd } from "../answer-extras.js";
import type { Route } from "../route.js";
import { streamAnswer, wantsEvents } from "../stream-answer.js";
import { generateEventFormat, plainTextFormat } from "../stream-format.js";
import { wholeAnswer } from "../whole-answer.js";

const name = "POST /generate";

export const generateRoute: Route = {
  method: "POST",
  path: "/generate",
  scope: "infer",
  summary: "Continues a text.",
  countsAgainstLimit: true,
  handler: async (ctx, services): Promise<GenerateResponse | undefined> => {
    const call = parseGenerate(ctx.state.body);
    if (call.stream) {
      const format = wantsEvents(ctx) ? generateEventFormat() : plainTextFormat();
      await streamAnswer(ctx, services, name, call, format);
      return undefined;
    }
    const result = await wholeAnswer(ctx, services, name, call);
    return { response: result.text, ...answerEnd(ctx.state.requestId, call, result) };
  },
};
