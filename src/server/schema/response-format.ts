/** `response_format` of OpenAI's API: the form that an answer has. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { JsonSchema } from "../wire/generation.js";
import type { ResponseFormat } from "../wire/openai.js";
import { flagField, orDefault, textField, type WithDefault } from "./field-schemas.js";
import { schemaField } from "./token-fields.js";

const error = 'an object such as {"type": "json_object"}; the type is "text", "json_object" or "json_schema"';

const format = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("text") }),
    z.object({ type: z.literal("json_object") }),
    z.object({
      type: z.literal("json_schema"),
      json_schema: z.object(
        {
          name: textField(1, 256).nullish().describe("Name of the schema."),
          description: textField(0, 65_536).nullish().describe("What the answer is."),
          schema: schemaField(generationFields.jsonSchema.mostBytes).nullish().describe("JSON schema of the answer."),
          strict: flagField().nullish().describe("Here the answer always obeys."),
        },
        { error: 'an object such as {"name": "person", "schema": {"type": "object"}}' },
      ),
    }),
  ],
  { error },
);

export const responseFormatField: WithDefault<
  z.ZodType<ResponseFormat, ResponseFormat>,
  ResponseFormat | null
> = orDefault(format, null, "The form of the answer: text, json_object, or json_schema with a schema that it obeys.");

/** The schema that the answer has to obey; null for none. Without one in it, a format of JSON asks for an object. */
export function schemaOfFormat(given: ResponseFormat | null): JsonSchema | null {
  if (given === null || given.type === "text") return null;
  if (given.type === "json_object") return { type: "object" };
  return given.json_schema.schema ?? { type: "object" };
}
