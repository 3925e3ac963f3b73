/** Answer of `POST /v1/responses`. */
import { z } from "zod";
import type { ResponsesResponse } from "../wire/openai-responses.js";
import { countField } from "./answer.js";
import { timingsAnswer, tokenLogprob } from "./generation-answers.js";

const status = z.enum(["in_progress", "completed", "incomplete"]);
const id = z.string();

const item = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("reasoning"),
    id,
    status,
    summary: z.array(z.object({ type: z.literal("summary_text"), text: z.string() })),
    content: z.array(z.object({ type: z.literal("reasoning_text"), text: z.string() })).optional(),
    encrypted_content: z.string().nullable().optional(),
  }),
  z.object({
    type: z.literal("message"),
    id,
    status,
    role: z.literal("assistant"),
    content: z.array(
      z.object({
        type: z.literal("output_text"),
        text: z.string(),
        annotations: z.array(z.never()),
        logprobs: z.array(tokenLogprob),
      }),
    ),
  }),
  z.object({
    type: z.literal("function_call"),
    id,
    status,
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
]);

const schema = z.record(z.string(), z.unknown());
const format = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    name: z.string(),
    schema,
    description: z.string().nullable().optional(),
    strict: z.boolean().nullable().optional(),
  }),
]);
const named = z.object({ type: z.literal("function"), name: z.string() });

const usage = z.object({
  input_tokens: countField("Tokens of the prompt, cached ones too."),
  input_tokens_details: z.object({ cached_tokens: countField("Tokens that were in the model's memory already.") }),
  output_tokens: countField("Tokens the model produced."),
  output_tokens_details: z.object({ reasoning_tokens: countField("How many of them were thoughts.") }),
  total_tokens: countField("Both together."),
});

export const responsesAnswer: z.ZodType<ResponsesResponse> = z
  .object({
    id: z.string().describe("Id of the answer, made of the request's. Nothing is stored under it."),
    object: z.literal("response"),
    created_at: countField("Seconds since 1970."),
    completed_at: countField("Seconds since 1970.").nullable(),
    status: z.enum(["in_progress", "completed", "incomplete", "failed"]),
    background: z.literal(false),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    incomplete_details: z.object({ reason: z.literal("max_output_tokens") }).nullable(),
    instructions: z.string().nullable(),
    max_output_tokens: countField("As it was asked for.").nullable(),
    metadata: z.record(z.string(), z.string()),
    model: z.string().describe("The model as it was asked for."),
    output: z.array(item).describe("Thoughts, text and calls, in their order."),
    parallel_tool_calls: z.boolean(),
    previous_response_id: z.null(),
    reasoning: z.object({
      effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh"]).nullable(),
      summary: z.enum(["auto", "concise", "detailed"]).nullable(),
    }),
    service_tier: z.literal("default"),
    store: z.literal(false),
    temperature: z.number(),
    text: z.object({ format, verbosity: z.enum(["low", "medium", "high"]).nullable() }),
    tool_choice: z.union([
      z.enum(["auto", "none", "required"]),
      named,
      z.object({ type: z.literal("allowed_tools"), mode: z.enum(["auto", "required"]), tools: z.array(named) }),
    ]),
    tools: z.array(
      z.object({
        type: z.literal("function"),
        name: z.string(),
        description: z.string().nullable().optional(),
        parameters: schema.nullable().optional(),
        strict: z.boolean().nullable().optional(),
      }),
    ),
    top_logprobs: countField("As it was asked for."),
    top_p: z.number(),
    truncation: z.literal("disabled"),
    usage: usage.nullable(),
    seed: countField("Seed that was used."),
    timings: timingsAnswer.optional(),
    warnings: z
      .array(z.string())
      .optional()
      .describe("One sentence for everything that was shortened, ignored or emulated; left out where nothing was."),
  })
  .meta({ id: "ResponsesResponse" }) as unknown as z.ZodType<ResponsesResponse>;
