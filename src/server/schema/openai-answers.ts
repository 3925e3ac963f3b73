/** Answers of OpenAI's routes. */
import { z } from "zod";
import type { ChatCompletion, OpenaiErrorBody, OpenaiModel, OpenaiModelList, TextCompletion } from "../wire/openai.js";
import { countField } from "./answer.js";
import { exactly } from "./exactly.js";
import { calledTool, finishReason, timingsAnswer, tokenLogprob, usageAnswer } from "./generation-answers.js";

const head = {
  id: z.string().describe("Id of the answer: that of the request, with another beginning."),
  created: countField("Seconds since 1970."),
  model: z.string().describe("The model as it was asked for."),
  system_fingerprint: z.string().describe("Which server answered."),
};

const extras = {
  usage: usageAnswer,
  timings: timingsAnswer,
  seed: countField("Seed of the first answer."),
  warnings: z
    .array(z.string())
    .optional()
    .describe("One sentence for everything that was shortened, ignored or emulated; left out where nothing was."),
};

const chatMessage = z.object({
  role: z.literal("assistant"),
  content: z.string().nullable().describe("The answer."),
  reasoning_content: z.string().optional().describe("What the model thought; left out where it did not."),
  refusal: z.null(),
  tool_calls: z.array(calledTool).optional().describe("Tools that the model called; left out where it called none."),
});

/** How probable the tokens of an answer were. */
const logprobs = z
  .object({ content: z.array(tokenLogprob), refusal: z.null() })
  .nullable()
  .describe("How probable the tokens were; null where that was not asked for.");

export const chatCompletionAnswer: z.ZodType<ChatCompletion> = exactly<ChatCompletion, ChatCompletion>()(
  z
    .object({
      ...head,
      object: z.literal("chat.completion"),
      choices: z.array(
        z.object({
          index: countField("Its place, from 0."),
          message: chatMessage,
          logprobs,
          finish_reason: finishReason,
        }),
      ),
      ...extras,
    })
    .meta({ id: "ChatCompletion" }),
);

const textLogprobs = z
  .object({
    tokens: z.array(z.string()),
    token_logprobs: z.array(z.number()),
    top_logprobs: z.array(z.record(z.string(), z.number())).nullable(),
    text_offset: z.array(countField("Where the token begins, in characters.")),
  })
  .nullable()
  .describe("How probable the tokens were; null where that was not asked for.");

export const textCompletionAnswer: z.ZodType<TextCompletion> = exactly<TextCompletion, TextCompletion>()(
  z
    .object({
      ...head,
      object: z.literal("text_completion"),
      choices: z.array(
        z.object({
          text: z.string(),
          index: countField("Its place, from 0."),
          logprobs: textLogprobs,
          finish_reason: finishReason.nullable(),
        }),
      ),
      ...extras,
    })
    .meta({ id: "TextCompletion" }),
);

/** Every error's. */
export const openaiErrorAnswer: z.ZodType<OpenaiErrorBody> = exactly<OpenaiErrorBody, OpenaiErrorBody>()(
  z
    .object({
      error: z.object({
        message: z.string().describe("What is wrong, and what to do."),
        type: z.string(),
        param: z.string().nullable().describe("The field that is to blame; null when none is."),
        code: z.string().nullable(),
      }),
    })
    .meta({ id: "OpenaiErrorBody" }),
);

const model = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: countField("Seconds since 1970."),
    owned_by: z.string(),
  })
  .meta({ id: "OpenaiModel" });

export const openaiModelAnswer: z.ZodType<OpenaiModel> = exactly<OpenaiModel, OpenaiModel>()(model);

export const openaiModelListAnswer: z.ZodType<OpenaiModelList> = exactly<OpenaiModelList, OpenaiModelList>()(
  z.object({ object: z.literal("list"), data: z.array(model) }).meta({ id: "OpenaiModelList" }),
);
