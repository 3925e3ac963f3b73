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
  readonly budget: {
    merges: number;
    /** Names of pairs that are being combined. */
    readonly open: Set<string>;
  };
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
  if (one.kind === "ref") return mergeReference(scope, one.name, other);
  if (other.kind === "ref") return mergeReference(scope, other.name, one);
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

/** What may hold references and so go round in circles: such a pair has a name of its own, and meets itself again. */
function mergeReference(scope: Scope, name: string, other: Schema): Schema {
  const isLeaf = !["ref", "union", "object", "array"].includes(other.kind);
  if (isLeaf) return merge(scope, resolved(scope, name), other);
  const parts = [...new Set([...name.split(separator), ...nameOf(other).split(separator)])].sort();
  const pair = parts.join(separator);
  if (pair === name) return { kind: "ref", name };
  if (!scope.definitions.has(pair) && !scope.budget.open.has(pair)) {
    scope.budget.open.add(pair);
    const whole = other.kind === "ref" ? resolved(scope, other.name) : other;
    scope.definitions.set(pair, merge(scope, resolved(scope, name), whole));
    scope.budget.open.delete(pair);
  }
  return { kind: "ref", name: pair };
}

/** Between names of schemas that are combined; no pointer has it. */
const separator = "\u0000";
const numbers = new WeakMap<Schema, number>();
let lastNumber = 0;

/** A name that stays with a schema. */
function nameOf(schema: Schema): string {
  if (schema.kind === "ref") return schema.name;
  const number = numbers.get(schema) ?? ++lastNumber;
  numbers.set(schema, number);
  return `${number}`;
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
  const required = new Set([...one.required, ...other.required]);
  const properties = new Map<string, Schema>();
  for (const name of new Set([...required, ...one.properties.keys(), ...other.properties.keys()])) {
    const value = merge(scope, one.properties.get(name) ?? one.rest, other.properties.get(name) ?? other.rest);
    // a name that tells branches apart ends it at once
    if (value.kind === "never" && required.has(name)) return noValue;
    properties.set(name, value);
  }
  const names = new Set([...one.properties.keys(), ...other.properties.keys()]);
  const ways = [one.restIs, other.restIs];
  return {
    kind: "object",
    properties: new Map([...names].map((name) => [name, properties.get(name)!])),
    required,
    rest: merge(scope, one.rest, other.rest),
    restIs: ways.includes("said") ? "said" : ways.includes("unsaid") ? "unsaid" : "bare",
    names: one.names && other.names ? mergeStrings(scope, one.names, other.names) : (one.names ?? other.names),
    minProperties: Math.max(one.minProperties, other.minProperties),
    maxProperties: Math.min(one.maxProperties, other.maxProperties),
    path: scope.path,
  };
}
