/** The grammar of a JSON schema that stands in a request. */
import { LabError } from "../errors.js";
import { compileSchema } from "../grammar/compile-schema.js";
import { SchemaRefused } from "../grammar/schema.js";

/**
 * The GBNF that a text obeys by which it is right by `schema`.
 *
 * Refuses with `invalid_request`, by keyword and place, what cannot be guaranteed; `param` is where the schema stands.
 */
export function grammarOf(schema: unknown, param: string): string {
  try {
    return compileSchema(schema).grammar;
  } catch (error) {
    if (!(error instanceof SchemaRefused)) throw error;
    throw new LabError("invalid_request", error.message, { param, cause: error });
  }
}
