/** The JSON schema of an answer, as people write it in a cell. */
import type { JsonSchema } from "../../server/wire/generation.js";
import { LabRequestError } from "../client/request-error.js";

/** A schema that knows its own JSON schema, and reads a value: one of zod 4.2 or newer. */
export interface DescribedSchema<Value = unknown> {
  toJSONSchema(): object;
  parse(value: unknown): Value;
}

/** A JSON schema, or a schema of zod's. */
export type SchemaOption = JsonSchema | DescribedSchema;

const isDescribed = (schema: object): schema is DescribedSchema =>
  "toJSONSchema" in schema && typeof schema.toJSONSchema === "function";

/** As it is sent. Refuses a schema of a library that does not tell its JSON schema. */
export function jsonSchemaOf(schema: SchemaOption): JsonSchema {
  if (isDescribed(schema)) return { ...schema.toJSONSchema() };
  // as others of the kind mark themselves: https://standardschema.dev
  if ("~standard" in schema || "_def" in schema) {
    const sentence =
      "json_schema is a schema that does not tell its JSON schema. zod's do from 4.2 on; else give the JSON schema itself, such as z.toJSONSchema(schema).";
    throw new LabRequestError("invalid_request", sentence, { param: "json_schema" });
  }
  return schema;
}

/** What reads a value that obeys the schema: the schema itself where it can; else the value is taken as it is. */
export function readerOf(schema: SchemaOption | null | undefined): (value: unknown) => unknown {
  return schema != null && isDescribed(schema) ? (value) => schema.parse(value) : (value) => value;
}
