/** Answers of Anthropic's Messages API. */
import { z } from "zod";
import type { AnthropicMessage, AnthropicTokenCount } from "../wire/anthropic-answers.js";
import { countField } from "./answer.js";
import { exactly } from "./exactly.js";

const usage = z.object({
  input_tokens: countField("Tokens of the prompt that had to be read."),
  cache_creation_input_tokens: countField("Always 0."),
  cache_read_input_tokens: countField("Tokens of the prompt that were in the model's memory already."),
  output_tokens: countField("Tokens the model produced, thoughts included."),
  output_tokens_details: z.object({ thinking_tokens: countField("How many of them were thoughts.") }),
  server_tool_use: z.null(),
  cache_creation: z.null(),
  inference_geo: z.null(),
  service_tier: z.literal("standard"),
  speed: z.null(),
});

const block = z.discriminatedUnion("type", [
  z.object({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal("text"), text: z.string(), citations: z.null() }),
  z.object({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    caller: z.object({ type: z.literal("direct") }),
  }),
]);

export const anthropicMessage: z.ZodType<AnthropicMessage> = exactly<AnthropicMessage, AnthropicMessage>()(
  z
    .object({
      id: z.string().describe("Id of the answer, made of the request's."),
      type: z.literal("message"),
      role: z.literal("assistant"),
      model: z.string().describe("The model as it was named."),
      content: z.array(block).describe("Thoughts, text and calls, in their order."),
      stop_reason: z
        .enum(["end_turn", "max_tokens", "stop_sequence", "tool_use"])
        .nullable()
        .describe("Why it ended; null only at the start of a stream."),
      stop_sequence: z.string().nullable().describe("The stop sequence that ended it."),
      stop_details: z.null(),
      container: z.null(),
      diagnostics: z.null(),
      usage,
    })
    .meta({ id: "AnthropicMessage" }),
);

export const anthropicTokenCount: z.ZodType<AnthropicTokenCount> = exactly<AnthropicTokenCount, AnthropicTokenCount>()(
  z
    .object({ input_tokens: countField("Tokens the conversation has in the model's own template.") })
    .meta({ id: "AnthropicTokenCount" }),
);
