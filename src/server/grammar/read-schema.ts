/**
 * A client's JSON schema, understood or refused by keyword and place.
 *
 * Nothing is let through unread: a keyword is understood, descriptive, or named in the refusal.
 */
import { advice, descriptive, understood } from "./keywords.js";
import { Languages, LanguageTooLarge } from "./languages.js";
import { merge, type Scope, unionOf } from "./merge.js";
import { Possible } from "./possible.js";
import { type Kind, kindsOf, readKind } from "./read-kinds.js";
import { anyValue, type Definitions, noValue, type Schema, SchemaRefused } from "./schema.js";

/** Schemas inside schemas; OpenAI takes 10 levels. */
const deepestSchema = 100;
/** Schemas in a document, each counted as often as it is read. */
const mostSchemas = 5_000;
/** Pairs of schemas that are combined. */
const mostMerges = 100_000;
/** Values of one `enum`; OpenAI takes 1,000 in a whole schema. */
const mostValues = 5_000;
/** Lists and objects inside each other in a value that a schema names. */
const deepestValue = 64;
/** Branches of a `oneOf`, since each is held against each. */
const mostExclusive = 64;

/**
 * What is read: for `texts`, a schema that names no type but speaks of properties is one of objects; for `meaning`, it
 * allows everything else, as validators have it.
 */
type Sense = "texts" | "meaning";

interface Place {
  readonly sense: Sense;
  /** Schemas and references around it. */
  readonly depth: number;
  /** References that led here and say something about the same value. */
  readonly open: readonly string[];
}

export interface ReadSchema {
  readonly root: Schema;
  readonly definitions: Definitions;
  readonly languages: Languages;
  readonly possible: Possible;
}

/** Throws `SchemaRefused`. */
export function readSchema(document: unknown): ReadSchema {
  return new SchemaReader(document).whole();
}

class SchemaReader {
  readonly #document: unknown;
  readonly #languages = new Languages();
  readonly #definitions: Definitions = new Map();
  readonly #known = { languages: this.#languages, definitions: this.#definitions };
  readonly #possible = new Possible(this.#known);
  readonly #reading = new Set<string>();
  /** What can be seen only when every reference is read. */
  readonly #later: (() => void)[] = [];
  readonly #budget = { merges: mostMerges, open: new Set<string>() };
  #read = 0;

  constructor(document: unknown) {
    this.#document = document;
  }

  whole(): ReadSchema {
    const root = this.#schema(this.#document, "", { sense: "texts", depth: 0, open: [] });
    // what is held against each other may refer to more
    for (const check of this.#later) check();
    if (!this.#possible.has(root)) throw new SchemaRefused("", "", "no value that ends can be right by it.");
    return { ...this.#known, root, possible: this.#possible };
  }

  #schema(schema: unknown, path: string, place: Place): Schema {
    const { depth } = place;
    this.#read += 1;
    if (this.#read > mostSchemas) throw new SchemaRefused("", "", `it holds more than ${mostSchemas} schemas.`);
    if (depth > deepestSchema) throw new SchemaRefused(path, "", `it is more than ${deepestSchema} schemas deep.`);
    if (schema === true) return anyValue;
    if (schema === false) return noValue;
    if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
      throw new SchemaRefused(
        path,
        "",
        `a schema is an object or a boolean, not ${JSON.stringify(schema)?.slice(0, 40)}.`,
      );
    }
    const keywords = new Map(Object.entries(schema));
    for (const keyword of keywords.keys()) checkKeyword(keyword, path);
    const inside: Place = { ...place, depth: depth + 1, open: [] };
    const inner = (part: unknown, at: string): Schema => this.#schema(part, `${path}/${at}`, inside);
    try {
      return this.#combined({ keywords, path, inner, known: this.#known }, place);
    } catch (error) {
      if (error instanceof LanguageTooLarge) throw new SchemaRefused(path, "", `${error.message}.`);
      throw error;
    }
  }

  #combined(kind: Kind, place: Place): Schema {
    const { keywords, path } = kind;
    const scope = this.#scope(path);
    const parts: Schema[] = [];
    const kinds = kindsOf(kind, place.sense === "texts");
    if (kinds !== undefined)
      parts.push(
        unionOf(
          scope,
          kinds.map((one) => readKind(kind, one)),
        ),
      );
    if (keywords.has("$ref")) parts.push(this.#reference(keywords.get("$ref"), path, place));
    if (keywords.has("const")) parts.push(valuesOf([keywords.get("const")], "const", path));
    if (keywords.has("enum")) parts.push(valuesOf(list(kind, "enum"), "enum", path));
    for (const keyword of ["anyOf", "oneOf", "allOf"] as const) {
      if (!keywords.has(keyword)) continue;
      const here = { ...place, depth: place.depth + 1 };
      const branches = list(kind, keyword).map((one, index) => this.#schema(one, `${path}/${keyword}/${index}`, here));
      if (keyword === "allOf") parts.push(...branches);
      else parts.push(unionOf(scope, branches));
      if (keyword === "oneOf" && place.sense === "texts")
        this.#later.push(() => this.#checkExclusive(kind, branches, here));
    }
    return parts.reduce((one, other) => merge(scope, one, other), anyValue);
  }

  #scope(path: string): Scope {
    return { ...this.#known, budget: this.#budget, path };
  }

  #reference(reference: unknown, path: string, { sense, depth, open }: Place): Schema {
    if (typeof reference !== "string" || !/^#(?:$|\/)/.test(reference)) {
      throw new SchemaRefused(path, "$ref", `only references inside the schema are followed, such as "#/$defs/name".`);
    }
    const name = `${sense} ${reference}`;
    if (open.includes(name))
      throw new SchemaRefused(path, "$ref", `"${reference}" leads to itself, with nothing between.`);
    if (this.#definitions.has(name) || this.#reading.has(name)) return { kind: "ref", name };
    this.#reading.add(name);
    const target = this.#target(reference, path);
    const at = decodeURIComponent(reference.slice(1));
    const schema = this.#schema(target, at, { sense, depth: depth + 1, open: [...open, name] });
    this.#definitions.set(name, schema);
    return { kind: "ref", name };
  }

  #target(reference: string, path: string): unknown {
    let at = this.#document;
    for (const token of reference.split("/").slice(1)) {
      const key = decodePointer(token);
      const isThere = typeof at === "object" && at !== null && key !== undefined && Object.hasOwn(at, key);
      if (!isThere) throw new SchemaRefused(path, "$ref", `"${reference}" is not in the schema.`);
      at = (at as Record<string, unknown>)[key];
    }
    return at;
  }

  /** A text of one branch must be wrong by every other. */
  #checkExclusive(kind: Kind, branches: readonly Schema[], here: Place): void {
    const { path } = kind;
    const all = list(kind, "oneOf");
    if (all.length > mostExclusive) {
      throw new SchemaRefused(
        path,
        "oneOf",
        `at most ${mostExclusive} branches are held against each other. Use anyOf.`,
      );
    }
    const scope = this.#scope(path);
    const place: Place = { sense: "meaning", depth: here.depth, open: [] };
    const meanings = all.map((branch, index) => this.#schema(branch, `${path}/oneOf/${index}`, place));
    for (const [index, branch] of branches.entries()) {
      const written = closed(this.#definitions, branch);
      for (const [other, meaning] of meanings.entries()) {
        if (other === index || !this.#possible.has(merge(scope, written, meaning))) continue;
        const both = `branches ${Math.min(index, other)} and ${Math.max(index, other)}`;
        throw new SchemaRefused(
          path,
          "oneOf",
          `a value may be right by ${both}. Use anyOf, or give each a property with a "const" of its own.`,
        );
      }
    }
  }
}

/** As it is written: properties that are not listed are not. */
function closed(definitions: Definitions, schema: Schema): Schema {
  if (schema.kind === "ref") return closed(definitions, definitions.get(schema.name) ?? noValue);
  if (schema.kind === "union")
    return { kind: "union", branches: schema.branches.map((one) => closed(definitions, one)) };
  return schema.kind === "object" && schema.restIs === "unsaid" ? { ...schema, rest: noValue } : schema;
}

function checkKeyword(keyword: string, path: string): void {
  const isRootId = (keyword === "$id" || keyword === "id") && path === "";
  if (understood.has(keyword) || descriptive.has(keyword) || keyword.startsWith("x-") || isRootId) return;
  throw new SchemaRefused(
    path,
    keyword,
    `it cannot be guaranteed; ${advice.get(keyword) ?? "leave it out, and check the answer"}.`,
  );
}

function list({ keywords, path }: Kind, keyword: string): readonly unknown[] {
  const value = keywords.get(keyword);
  if (Array.isArray(value) && value.length > 0) return value;
  throw new SchemaRefused(path, keyword, "it must be a list of at least one.");
}

function valuesOf(values: readonly unknown[], keyword: string, path: string): Schema {
  if (values.length > mostValues) {
    throw new SchemaRefused(path, keyword, `it has ${values.length} values; at most ${mostValues} are taken.`);
  }
  if (values.every((value) => depthOf(value) <= deepestValue)) return { kind: "values", values };
  throw new SchemaRefused(path, keyword, `its value is more than ${deepestValue} lists and objects deep.`);
}

/** No further than the limit: a value may be as deep as a body can be. */
function depthOf(value: unknown, seen = 0): number {
  if (typeof value !== "object" || value === null || seen > deepestValue) return 0;
  return 1 + Math.max(0, ...Object.values(value).map((one) => depthOf(one, seen + 1)));
}

function decodePointer(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return undefined;
  }
}
