import { accepts } from "./accepts.js";
import type { Languages } from "./languages.js";
import {
  type ArraySchema,
  anyValue,
  type Bound,
  type Definitions,
  type NumberSchema,
  noValue,
  type ObjectSchema,
  type Schema,
  SchemaRefused,
  type StringSchema,
} from "./schema.js";

/** Branches that a union has at most; unions that are combined multiply. */
const mostBranches = 2_000;

/** Where schemas that refer to each other are combined. */
export interface Scope {
  readonly languages: Languages;
  readonly definitions: Definitions;
  /** How many pairs may still be combined, in the whole schema. */
  readonly budget: { merges: number };
  /** JSON pointer of the schema that asks for it, for refusals. */
  readonly path: string;
}

/** What both allow. */
export function merge(scope: Scope, one: Schema, other: Schema): Schema {
  scope.budget.merges -= 1;
  if (scope.budget.merges < 0) throw new SchemaRefused(scope.path, "", "what is combined here has too many parts.");
  if (one === other || other.kind === "any") return one;
  if (one.kind === "any") return other;
  if (one.kind === "never" || other.kind === "never") return noValue;
  if (one.kind === "ref" && other.kind === "ref") return mergeReferences(scope, one.name, other.name);
  if (one.kind === "ref") return merge(scope, resolved(scope, one.name), other);
  if (other.kind === "ref") return merge(scope, one, resolved(scope, other.name));
  if (one.kind === "union") return mergeEach(scope, one.branches, other);
  if (other.kind === "union") return mergeEach(scope, other.branches, one);
  if (one.kind === "values") return valuesOf(one.values.filter((value) => accepts(scope, other, value)));
  if (other.kind === "values") return valuesOf(other.values.filter((value) => accepts(scope, one, value)));
  return mergeKinds(scope, one, other);
}

/** Of two types without branches, whether they are the same, and what then. */
function mergeKinds(scope: Scope, one: Schema, other: Schema): Schema {
  if (one.kind === "number" && other.kind === "number") return mergeNumbers(one, other);
  if (one.kind === "string" && other.kind === "string") return mergeStrings(scope, one, other);
  if (one.kind === "array" && other.kind === "array") return mergeArrays(scope, one, other);
  if (one.kind === "object" && other.kind === "object") return mergeObjects(scope, one, other);
  return one.kind === other.kind ? one : noValue;
}

function mergeEach(scope: Scope, branches: readonly Schema[], other: Schema): Schema {
  return unionOf(
    scope,
    branches.map((branch) => merge(scope, branch, other)),
  );
}

/** Any of the branches; those that allow nothing are left out. */
export function unionOf(scope: Scope, branches: readonly Schema[]): Schema {
  const flat = branches.flatMap((branch) => (branch.kind === "union" ? branch.branches : [branch]));
  const possible = flat.filter(({ kind }) => kind !== "never");
  if (possible.length > mostBranches) {
    throw new SchemaRefused(
      scope.path,
      "",
      `it comes to ${possible.length} alternatives; at most ${mostBranches} are taken.`,
    );
  }
  if (possible.length < 2) return possible[0] ?? noValue;
  return possible.some(({ kind }) => kind === "any") ? anyValue : { kind: "union", branches: possible };
}

const valuesOf = (values: readonly unknown[]): Schema => (values.length === 0 ? noValue : { kind: "values", values });

function resolved({ definitions, path }: Scope, name: string): Schema {
  const schema = definitions.get(name);
  if (schema !== undefined) return schema;
  throw new SchemaRefused(
    path,
    "$ref",
    "it refers to a schema that contains it, and adds to it. Write the whole schema there instead.",
  );
}

/** Two that go round in circles meet again: the pair has a name of its own. */
function mergeReferences(scope: Scope, one: string, other: string): Schema {
  if (one === other) return { kind: "ref", name: one };
  const name = `${one} & ${other}`;
  if (!scope.definitions.has(name)) {
    const parts = [resolved(scope, one), resolved(scope, other)] as const;
    scope.definitions.set(name, noValue);
    scope.definitions.set(name, merge(scope, ...parts));
  }
  return { kind: "ref", name };
}

function mergeNumbers(one: NumberSchema, other: NumberSchema): Schema {
  return {
    kind: "number",
    isInteger: one.isInteger || other.isInteger,
    low: narrower(one.low, other.low, 1),
    high: narrower(one.high, other.high, -1),
    divisors: [...new Set([...one.divisors, ...other.divisors])],
  };
}

function narrower(one: Bound | undefined, other: Bound | undefined, sign: 1 | -1): Bound | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.value === other.value) return one.isExclusive ? one : other;
  return one.value * sign > other.value * sign ? one : other;
}

function mergeStrings({ languages }: Scope, one: StringSchema, other: StringSchema): StringSchema {
  const both = [one.language, other.language].filter((language) => language !== undefined);
  return {
    kind: "string",
    minLength: Math.max(one.minLength, other.minLength),
    maxLength: Math.min(one.maxLength, other.maxLength),
    language: both.length === 0 ? undefined : languages.both(...both),
  };
}

function mergeArrays(scope: Scope, one: ArraySchema, other: ArraySchema): Schema {
  const length = Math.max(one.prefix.length, other.prefix.length);
  const item = (index: number): Schema =>
    merge(scope, one.prefix[index] ?? one.rest, other.prefix[index] ?? other.rest);
  return {
    kind: "array",
    prefix: Array.from({ length }, (_, index) => item(index)),
    rest: merge(scope, one.rest, other.rest),
    minItems: Math.max(one.minItems, other.minItems),
    maxItems: Math.min(one.maxItems, other.maxItems),
  };
}

function mergeObjects(scope: Scope, one: ObjectSchema, other: ObjectSchema): Schema {
  const names = [...new Set([...one.properties.keys(), ...other.properties.keys()])];
  const property = (name: string): Schema =>
    merge(scope, one.properties.get(name) ?? one.rest, other.properties.get(name) ?? other.rest);
  const ways = [one.restIs, other.restIs];
  return {
    kind: "object",
    properties: new Map(names.map((name) => [name, property(name)])),
    required: new Set([...one.required, ...other.required]),
    rest: merge(scope, one.rest, other.rest),
    restIs: ways.includes("said") ? "said" : ways.includes("unsaid") ? "unsaid" : "bare",
    names: one.names && other.names ? mergeStrings(scope, one.names, other.names) : (one.names ?? other.names),
    minProperties: Math.max(one.minProperties, other.minProperties),
    maxProperties: Math.min(one.maxProperties, other.maxProperties),
    path: scope.path,
  };
}
