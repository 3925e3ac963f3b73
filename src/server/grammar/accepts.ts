import { type Language, type Languages, textEnd } from "./languages.js";
import type { ArraySchema, Definitions, NumberSchema, ObjectSchema, Schema, StringSchema } from "./schema.js";

/** What names and languages of a schema stand for. */
export interface Known {
  readonly languages: Languages;
  readonly definitions: Definitions;
}

/** Whether a value of JSON is one that the schema allows. */
export function accepts(known: Known, schema: Schema, value: unknown): boolean {
  switch (schema.kind) {
    case "any":
      return true;
    case "never":
      return false;
    case "null":
      return value === null;
    case "boolean":
      return typeof value === "boolean";
    case "values":
      return schema.values.some((one) => isSame(one, value));
    case "number":
      return typeof value === "number" && isNumberOf(schema, value);
    case "string":
      return typeof value === "string" && isTextOf(known, schema, value);
    case "array":
      return Array.isArray(value) && isArrayOf(known, schema, value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value) && isObjectOf(known, schema, value);
    case "union":
      return schema.branches.some((branch) => accepts(known, branch, value));
    case "ref":
      return accepts(known, known.definitions.get(schema.name) ?? { kind: "never" }, value);
  }
}

/** Whether two values are one to JSON, which knows no order of names. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), new Map(Object.entries(other))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

function isNumberOf({ isInteger, low, high, divisors }: NumberSchema, value: number): boolean {
  if (isInteger && !Number.isInteger(value)) return false;
  if (low !== undefined && (value < low.value || (low.isExclusive && value === low.value))) return false;
  if (high !== undefined && (value > high.value || (high.isExclusive && value === high.value))) return false;
  return divisors.every((divisor) => value % divisor === 0);
}

/** Also of names of properties. */
export function isTextOf({ languages }: Known, schema: StringSchema, text: string): boolean {
  const characters = Array.from(text, (one) => one.codePointAt(0)!);
  if (characters.length < schema.minLength || characters.length > schema.maxLength) return false;
  if (schema.language === undefined) return true;
  const next = (language: Language, character: number): Language => languages.after(language, character);
  return [...characters, textEnd].reduce(next, schema.language).isNullable;
}

function isArrayOf(
  known: Known,
  { prefix, rest, minItems, maxItems }: ArraySchema,
  value: readonly unknown[],
): boolean {
  if (value.length < minItems || value.length > maxItems) return false;
  return value.every((item, index) => accepts(known, prefix[index] ?? rest, item));
}

function isObjectOf(known: Known, schema: ObjectSchema, value: object): boolean {
  const entries = Object.entries(value);
  if (entries.length < schema.minProperties || entries.length > schema.maxProperties) return false;
  if (![...schema.required].every((name) => Object.hasOwn(value, name))) return false;
  const { names } = schema;
  if (names !== undefined && !entries.every(([name]) => isTextOf(known, names, name))) return false;
  return entries.every(([name, item]) => accepts(known, schema.properties.get(name) ?? schema.rest, item));
}
