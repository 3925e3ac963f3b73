/** The grammar of a schema that need not be kept to the letter: what a grammar cannot hold is left out, and said. */
import { LabError } from "../errors.js";
import { compileSchema } from "../grammar/compile-schema.js";
import { understood } from "../grammar/keywords.js";
import { SchemaRefused } from "../grammar/schema.js";

export interface LooseGrammar {
  readonly grammar: string;
  /** What was left out: the keyword and where it stands, as a JSON pointer. Empty where all of it is kept. */
  readonly leftOut: readonly string[];
}

/** Keywords that may go beside those that no grammar knows: without one a schema only allows more. */
const dispensable: ReadonlySet<string> = new Set(
  "uniqueItems multipleOf pattern format propertyNames minProperties maxProperties oneOf".split(" "),
);

/** Keywords of one schema that are left out at most: a schema of more has other troubles. */
const mostLeftOut = 64;

/** Refuses with `invalid_request`, as `grammarOf` does, a schema that is none; `param` is where it stands. */
export function looseGrammarOf(schema: unknown, param: string): LooseGrammar {
  const loose: unknown = structuredClone(schema);
  const leftOut: string[] = [];
  for (;;) {
    try {
      return { grammar: compileSchema(loose).grammar, leftOut };
    } catch (error) {
      if (!(error instanceof SchemaRefused)) throw error;
      if (leftOut.length === mostLeftOut || !leaveOut(loose, error))
        throw new LabError("invalid_request", error.message, { param, cause: error });
      leftOut.push(`"${error.keyword}" ${error.path === "" ? "at the root" : `at ${error.path}`}`);
    }
  }
}

/** Takes out what was refused; false where a schema cannot do without it. */
function leaveOut(schema: unknown, { path, keyword }: SchemaRefused): boolean {
  if (keyword === "" || (understood.has(keyword) && !dispensable.has(keyword))) return false;
  const at = schemaAt(schema, path);
  if (at === undefined || !Object.hasOwn(at, keyword)) return false;
  const value = at[keyword];
  delete at[keyword];
  // whatever is right by one branch alone is right by one of them
  if (keyword === "oneOf" && !Object.hasOwn(at, "anyOf") && Array.isArray(value)) at.anyOf = value;
  return true;
}

/** What a JSON pointer leads to; undefined where that is no object. Source: RFC 6901. */
function schemaAt(schema: unknown, path: string): Record<string, unknown> | undefined {
  let at = schema;
  for (const step of path.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === "object" && at !== null ? (at as Record<string, unknown>) : undefined;
}
