/** What a schema says about each kind of value: strings, numbers, lists, objects. */
import type { Known } from "./accepts.js";
import { automaton } from "./automaton.js";
import { formats, formatsOfAnyText, formatsOfNumbers } from "./formats.js";
import { typeOfKeyword } from "./keywords.js";
import type { Language } from "./languages.js";
import { PatternRefused, patternLanguage } from "./patterns.js";
import {
  type ArraySchema,
  anyString,
  anyValue,
  type Bound,
  type NumberSchema,
  type ObjectSchema,
  type Schema,
  SchemaRefused,
  type StringSchema,
} from "./schema.js";

/** A schema while it is read. */
export interface Kind {
  readonly keywords: ReadonlyMap<string, unknown>;
  /** JSON pointer to it. */
  readonly path: string;
  readonly known: Known;
  /** Reads a schema inside it. */
  readonly inner: (schema: unknown, at: string) => Schema;
}

const types = ["null", "boolean", "integer", "number", "string", "array", "object"] as const;
type Type = (typeof types)[number];

const everyType: readonly Type[] = types.filter((type) => type !== "integer");

/**
 * The types that a schema names; where it names none, those of which its keywords speak. Undefined when nothing is said.
 *
 * Without `isImplied` all types are allowed of which nothing is said.
 */
export function kindsOf({ keywords, path }: Kind, isImplied: boolean): readonly Type[] | undefined {
  const given = keywords.get("type");
  if (given === undefined) {
    const implied = new Set([...keywords.keys()].flatMap((keyword) => typeOfKeyword.get(keyword) ?? []));
    if (implied.size === 0) return undefined;
    return isImplied ? [...implied].map((type) => (isNumberFormat(keywords) ? "number" : type)) : everyType;
  }
  const named: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const name of named) {
    if (types.some((type) => type === name)) continue;
    throw new SchemaRefused(path, "type", `${JSON.stringify(name)} is no type; the types are ${types.join(", ")}.`);
  }
  const nullable: readonly Type[] = keywords.get("nullable") === true ? ["null"] : [];
  return [...new Set([...(named as readonly Type[]), ...nullable])];
}

export function readKind(kind: Kind, type: Type): Schema {
  switch (type) {
    case "null":
    case "boolean":
      return { kind: type };
    case "integer":
    case "number":
      return readNumber(kind, type === "integer");
    case "string":
      return readString(kind);
    case "array":
      return readArray(kind);
    case "object":
      return readObject(kind);
  }
}

const isNumberFormat = (keywords: ReadonlyMap<string, unknown>): boolean =>
  Object.hasOwn(formatsOfNumbers, String(keywords.get("format")));

function readNumber(kind: Kind, isInteger: boolean): NumberSchema {
  const format = isNumberFormat(kind.keywords) ? formatsOfNumbers[String(kind.keywords.get("format"))] : undefined;
  const lows = [bound(kind, "minimum"), bound(kind, "exclusiveMinimum")];
  const highs = [bound(kind, "maximum"), bound(kind, "exclusiveMaximum")];
  if (format !== undefined) {
    lows.push({ value: format[0], isExclusive: false });
    highs.push({ value: format[1], isExclusive: false });
  }
  if (kind.keywords.get("type") === "integer" || kind.keywords.get("type") === "number") checkNumberFormat(kind);
  const divisor = number(kind, "multipleOf");
  if (divisor !== undefined && (!Number.isInteger(divisor) || divisor < 1 || divisor > 1000)) {
    throw new SchemaRefused(
      kind.path,
      "multipleOf",
      `only whole numbers from 1 to 1000 can be guaranteed, not ${divisor}.`,
    );
  }
  return {
    kind: "number",
    isInteger,
    low: tightest(lows, 1),
    high: tightest(highs, -1),
    divisors: divisor === undefined || (divisor === 1 && isInteger) ? [] : [divisor],
  };
}

/** A format of texts says nothing about a number; one that nobody knows might. */
function checkNumberFormat({ keywords, path }: Kind): void {
  const format = keywords.get("format");
  if (format === undefined || isNumberFormat(keywords) || Object.hasOwn(formats, String(format))) return;
  const known = Object.keys(formatsOfNumbers).join(", ");
  throw new SchemaRefused(
    path,
    "format",
    `${JSON.stringify(format).slice(0, 60)} of a number cannot be guaranteed; ${known} can.`,
  );
}

function tightest(bounds: readonly (Bound | undefined)[], sign: 1 | -1): Bound | undefined {
  const given = bounds.filter((one) => one !== undefined);
  return given.sort(
    (one, other) => sign * (other.value - one.value) || Number(other.isExclusive) - Number(one.isExclusive),
  )[0];
}

function bound(kind: Kind, keyword: string): Bound | undefined {
  const value = number(kind, keyword);
  return value === undefined ? undefined : { value, isExclusive: keyword.startsWith("exclusive") };
}

function readString(kind: Kind): StringSchema {
  const { keywords } = kind;
  const { languages } = kind.known;
  const format = isNumberFormat(keywords) ? undefined : keywords.get("format");
  const pattern = keywords.get("pattern");
  const languageOfPattern = pattern === undefined ? undefined : languageOf(kind, "pattern", pattern);
  const languageOfFormat = format === undefined ? undefined : formatLanguage(kind, format, pattern !== undefined);
  const both = [languageOfPattern, languageOfFormat].filter((one) => one !== undefined);
  let language = both.length === 0 ? undefined : languages.both(...both);
  // zod writes a pattern of times without a zone beside a format that demands one
  if (format === "time" && both.length === 2 && automaton(languages, language!).length === 0)
    language = languageOfPattern;
  return {
    ...anyString,
    minLength: count(kind, "minLength") ?? 0,
    maxLength: count(kind, "maxLength") ?? Infinity,
    language,
  };
}

function formatLanguage(kind: Kind, format: unknown, hasPattern: boolean): Language | undefined {
  if (typeof format !== "string") throw new SchemaRefused(kind.path, "format", "it must be a text.");
  if (formatsOfAnyText.has(format)) return undefined;
  if (Object.hasOwn(formats, format)) return languageOf(kind, "format", `^(?:${formats[format]})$`);
  if (hasPattern) return undefined;
  const known = Object.keys(formats).join(", ");
  throw new SchemaRefused(
    kind.path,
    "format",
    `"${format.slice(0, 60)}" cannot be guaranteed; ${known} can. Give a pattern instead.`,
  );
}

function languageOf({ known, path }: Kind, keyword: string, pattern: unknown): Language {
  if (typeof pattern !== "string") throw new SchemaRefused(path, keyword, "it must be a text.");
  try {
    return patternLanguage(known.languages, pattern);
  } catch (error) {
    if (error instanceof PatternRefused) throw new SchemaRefused(path, keyword, `${error.message}.`);
    throw error;
  }
}

function readArray(kind: Kind): ArraySchema {
  const { keywords, path, inner } = kind;
  const items = keywords.get("items");
  // until 2019-09 the first items stood in `items`, and the others in `additionalItems`
  const [first, rest] = Array.isArray(items) ? ["items", "additionalItems"] : ["prefixItems", "items"];
  const prefix = keywords.get(first!) ?? [];
  if (!Array.isArray(prefix)) throw new SchemaRefused(path, first!, "it must be a list of schemas.");
  const maxItems = count(kind, "maxItems") ?? Infinity;
  if (keywords.get("uniqueItems") === true && maxItems > 1) {
    throw new SchemaRefused(
      path,
      "uniqueItems",
      "it cannot be guaranteed; say so in the description, and check the answer.",
    );
  }
  return {
    kind: "array",
    prefix: prefix.map((item, index) => inner(item, `${first}/${index}`)),
    rest: keywords.has(rest!) ? inner(keywords.get(rest!), rest!) : anyValue,
    minItems: count(kind, "minItems") ?? 0,
    maxItems,
  };
}

function readObject(kind: Kind): ObjectSchema {
  const { keywords, path, inner } = kind;
  const listed = keywords.get("properties") ?? {};
  if (typeof listed !== "object" || listed === null || Array.isArray(listed)) {
    throw new SchemaRefused(path, "properties", "it must be an object of schemas.");
  }
  const required = requiredNames(kind);
  const isSaid = keywords.has("additionalProperties");
  const rest = isSaid ? inner(keywords.get("additionalProperties"), "additionalProperties") : anyValue;
  const properties = new Map(
    Object.entries(listed).map(([name, one]) => [name, inner(one, `properties/${pointer(name)}`)]),
  );
  for (const name of required) if (!properties.has(name)) properties.set(name, rest);
  const isListed = keywords.has("properties") || required.length > 0;
  return {
    kind: "object",
    properties,
    required: new Set(required),
    rest,
    restIs: isSaid ? "said" : isListed ? "unsaid" : "bare",
    names: namesOf(kind),
    minProperties: count(kind, "minProperties") ?? 0,
    maxProperties: count(kind, "maxProperties") ?? Infinity,
    path,
  };
}

function requiredNames({ keywords, path }: Kind): readonly string[] {
  const names = keywords.get("required") ?? [];
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  throw new SchemaRefused(path, "required", "it must be a list of names.");
}

function namesOf({ keywords, path, known, inner }: Kind): StringSchema | undefined {
  if (!keywords.has("propertyNames")) return undefined;
  const read = inner(keywords.get("propertyNames"), "propertyNames");
  const names = read.kind === "ref" ? known.definitions.get(read.name) : read;
  if (names?.kind === "string") return names;
  if (names?.kind === "any") return anyString;
  if (names?.kind === "values") {
    const { languages } = known;
    const texts = names.values.filter((value) => typeof value === "string");
    return { ...anyString, language: languages.either(...texts.map((text) => languages.ended(text))) };
  }
  throw new SchemaRefused(path, "propertyNames", "it must speak of strings.");
}

const pointer = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

function number({ keywords, path }: Kind, keyword: string): number | undefined {
  const value = keywords.get(keyword);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new SchemaRefused(path, keyword, `it must be a number, not ${JSON.stringify(value)?.slice(0, 40)}.`);
}

function count(kind: Kind, keyword: string): number | undefined {
  const value = number(kind, keyword);
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return value;
  throw new SchemaRefused(kind.path, keyword, `it must be a whole number from 0, not ${value}.`);
}
