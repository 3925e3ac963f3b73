/** How the value of a parameter stands in a call that marks parameters one by one. */
export type ParameterKind = "text" | "words" | "json";

/** What a schema says of a text that a text as it is cannot promise. */
const textLimits = ["pattern", "format", "minLength", "maxLength", "$ref", "anyOf", "oneOf", "allOf", "not"];

/**
 * `text`: any text, as it is; `words`: one of a few texts, as they are; `json`: whatever else. A text of which the schema
 * says more is `json`, too, so that it can be held to it.
 */
export function parameterKind(schema: unknown): ParameterKind {
  if (typeof schema !== "object" || schema === null) return "json";
  const { type, enum: choices, const: only } = schema as Readonly<Record<string, unknown>>;
  const words = only === undefined ? choices : [only];
  if (Array.isArray(words)) {
    const isPlain = (word: unknown): boolean =>
      typeof word === "string" && word.trim() === word && !/[<>\n]/.test(word);
    return words.length > 0 && words.every(isPlain) ? "words" : "json";
  }
  return type === "string" && !textLimits.some((name) => name in schema) ? "text" : "json";
}

/** The schema of a parameter; undefined where the tool's says nothing of it. */
export function parameterSchema(parameters: Readonly<Record<string, unknown>>, key: string): unknown {
  const { properties } = parameters;
  if (typeof properties !== "object" || properties === null || !Object.hasOwn(properties, key)) return undefined;
  return (properties as Readonly<Record<string, unknown>>)[key];
}
