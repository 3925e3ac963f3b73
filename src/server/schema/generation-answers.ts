/** Answers of `/generate`, `/chat` and `/generate/batch`. */
import { z } from "zod";
import type {
  BatchResponse,
  ChatResponse,
  FinishReason,
  GenerateResponse,
  Timings,
  Usage,
} from "../wire/generation.js";
import type { TokenLogprob } from "../wire/tokens.js";
import type { CalledTool } from "../wire/tools.js";
import { amountField, countField } from "./answer.js";
import { exactly } from "./exactly.js";

export const usageAnswer: z.ZodType<Usage, Usage> = z
  .object({
    prompt_tokens: countField("Tokens of the prompt, template included, cached ones too."),
    completion_tokens: countField("Tokens the model produced."),
    total_tokens: countField("Both together."),
    completion_tokens_details: z.object({
      reasoning_tokens: countField("How many of the model's tokens were thoughts."),
    }),
    prompt_tokens_details: z.object({ cached_tokens: countField("Tokens that were in the model's memory already.") }),
  })
  .meta({ id: "Usage" });

export const timingsAnswer: z.ZodType<Timings, Timings> = z
  .object({
    queue_ms: amountField("Waiting for a free slot, and for the model to load."),
    prefill_ms: amountField("Reading the prompt."),
    decode_ms: amountField("From the first token to the last."),
    draft_tokens: countField("Tokens guessed ahead, from what the prompt and the answer said before."),
    accepted_tokens: countField("How many of them were right."),
    time_to_first_token_ms: amountField("From the request's arrival to its first token."),
    total_ms: amountField("From the request's arrival to its end."),
    tokens_per_second: amountField("Rate of decoding; 0 when nothing was decoded."),
    threads: countField("Threads of the last decoding step; null where the engine does not tell.").nullable(),
  })
  .meta({ id: "Timings" });

const tokenChance = {
  token: z.string().describe("Its text; where it is a part of a character only, the bytes say more."),
  id: countField("Its id."),
  bytes: z.array(countField("A byte.")),
  logprob: z.number().describe("Natural logarithm of its probability, before temperature, penalties and cuts."),
};

export const tokenLogprob: z.ZodType<TokenLogprob, TokenLogprob> = z.object({
  ...tokenChance,
  top_logprobs: z.array(z.object(tokenChance)).describe("The likeliest in its place, the likeliest first."),
});

const logprobs = z
  .object({ content: z.array(tokenLogprob).describe("The tokens of the text, in their order.") })
  .optional()
  .describe("How probable the tokens were, where logprobs asked for it.");

export const calledTool: z.ZodType<CalledTool, CalledTool> = z.object({
  id: z.string().describe("Tells calls of a conversation apart."),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string().describe("JSON of an object.") }),
});

export const finishReason: z.ZodType<FinishReason, FinishReason> = z
  .enum(["stop", "length", "tool_calls"])
  .describe("stop: the answer ended by itself or by a stop text. length: a limit ended it.");

const reasoningContent = z
  .string()
  .optional()
  .describe("What the model thought before it answered; left out where it did not.");

const extras = {
  id: z.string().describe("Id of the request, as in X-Request-Id."),
  model: z.string().describe("Id of the model that answered."),
  seed: countField("Seed that was used."),
  usage: usageAnswer,
  timings: timingsAnswer,
  warnings: z.array(z.string()).describe("One sentence for everything that was shortened, ignored or emulated."),
};

export const generateResponse: z.ZodType<GenerateResponse> = exactly<GenerateResponse, GenerateResponse>()(
  z
    .object({
      response: z.string().describe("The text that follows the prompt."),
      reasoning_content: reasoningContent,
      finish_reason: finishReason,
      logprobs,
      choices: z
        .array(
          z.object({
            index: countField("From 0."),
            response: z.string(),
            reasoning_content: reasoningContent,
            finish_reason: finishReason,
            logprobs,
          }),
        )
        .optional()
        .describe("All answers, where n asked for several; response is the first."),
      ...extras,
    })
    .meta({ id: "GenerateResponse" }),
);

const message = z.object({
  role: z.literal("assistant"),
  content: z.string().describe("The answer."),
  reasoning_content: reasoningContent,
  tool_calls: z.array(calledTool).optional().describe("Tools that it called; left out where it called none."),
});

export const chatResponse: z.ZodType<ChatResponse> = exactly<ChatResponse, ChatResponse>()(
  z
    .object({
      choices: z.array(z.object({ index: countField("From 0."), message, finish_reason: finishReason, logprobs })),
      ...extras,
    })
    .meta({ id: "ChatResponse" }),
);

const batchError = z
  .object({
    index: countField("Its place in prompts, from 0."),
    code: z.string().describe("A code of the error table."),
    message: z.string(),
  })
  .meta({ id: "BatchError" });

export const batchResponse: z.ZodType<BatchResponse> = exactly<BatchResponse, BatchResponse>()(
  z
    .object({
      responses: z.array(z.string()).describe('The texts, in the order of the prompts; "" for a failed one.'),
      reasoning_contents: z
        .array(z.string().nullable())
        .describe("What the model thought before each; null for nothing."),
      finish_reasons: z.array(finishReason.nullable()).describe("Why each ended; null for a failed one."),
      logprobs: z
        .array(z.object({ content: z.array(tokenLogprob) }).nullable())
        .optional()
        .describe("The tokens of each, where logprobs asked for them; null for a failed one."),
      errors: z.array(batchError),
      ...extras,
    })
    .meta({ id: "BatchResponse" }),
);
