/** Models as the API lists them that a client speaks. */
import { z } from "zod";
import type { AnthropicModel, AnthropicModelList } from "../wire/anthropic-answers.js";
import type { OpenaiModel, OpenaiModelList } from "../wire/openai.js";
import { countField, momentField } from "./answer.js";
import { exactly } from "./exactly.js";
import { openaiModelAnswer, openaiModelListAnswer } from "./openai-answers.js";

const tokens = countField("Tokens it was trained for; null where that is not known.").nullable();

const model = z
  .object({
    type: z.literal("model"),
    id: z.string(),
    display_name: z.string(),
    created_at: momentField("When this server began to know it."),
    lifecycle: z.literal("active"),
    deprecated_at: z.null(),
    retires_at: z.null(),
    line: z.null(),
    capabilities: z.null(),
    max_input_tokens: tokens,
    max_tokens: tokens,
  })
  .meta({ id: "AnthropicModel" });

const page = z
  .object({
    data: z.array(model),
    has_more: z.boolean().describe("Whether there are more on the side that was asked for."),
    first_id: z.string().nullable().describe("Id of the first on this page."),
    last_id: z.string().nullable().describe("Id of the last on this page."),
  })
  .meta({ id: "AnthropicModelList" });

export const askedModel: z.ZodType<OpenaiModel | AnthropicModel> = z.union([
  openaiModelAnswer,
  exactly<AnthropicModel, AnthropicModel>()(model),
]);

export const askedModelList: z.ZodType<OpenaiModelList | AnthropicModelList> = z.union([
  openaiModelListAnswer,
  exactly<AnthropicModelList, AnthropicModelList>()(page),
]);
