/** The form of the text, and the words about thoughts, in OpenAI's Responses API. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { JsonSchema } from "../wire/generation.js";
import type { ReasoningEffort, ResponsesReasoning, ResponsesTextOptions } from "../wire/openai-responses.js";
import { flagField, textField } from "./field-schemas.js";
import { efforts } from "./reasoning-effort.js";
import { schemaField } from "./token-fields.js";

const { jsonSchema } = generationFields;

const format = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("text") }),
    z.object({ type: z.literal("json_object") }),
    z.object({
      type: z.literal("json_schema"),
      name: textField(1, 256),
      schema: schemaField(jsonSchema.mostBytes),
      description: textField(0, 65_536).nullish(),
      strict: flagField().nullish(),
    }),
  ],
  { error: 'an object such as {"type": "json_object"}; the type is "text", "json_object" or "json_schema"' },
);
export const responsesTextField: z.ZodType<ResponsesTextOptions, ResponsesTextOptions> = z.object(
  {
    format: format.nullish(),
    verbosity: z.enum(["low", "medium", "high"], { error: 'one of "low", "medium", "high"' }).nullish(),
  },
  { error: 'an object such as {"format": {"type": "json_object"}}' },
) as unknown as z.ZodType<ResponsesTextOptions, ResponsesTextOptions>;

const effortError = `one of ${efforts.map((effort) => `"${effort}"`).join(", ")}`;
export const responsesReasoningField: z.ZodType<ResponsesReasoning, ResponsesReasoning> = z.object(
  {
    effort: z.enum(efforts as [ReasoningEffort], { error: effortError }).nullish(),
    summary: z.enum(["auto", "concise", "detailed"], { error: 'one of "auto", "concise", "detailed"' }).nullish(),
  },
  { error: 'an object such as {"effort": "low"}' },
) as unknown as z.ZodType<ResponsesReasoning, ResponsesReasoning>;

/** The schema that the text has to obey; null for none. */
export function schemaOfText(text: ResponsesTextOptions | null): JsonSchema | null {
  const { format } = text ?? {};
  if (format === undefined || format === null || format.type === "text") return null;
  return format.type === "json_object" ? { type: "object" } : format.schema;
}
