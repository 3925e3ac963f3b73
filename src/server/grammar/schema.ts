/**
 * A JSON schema once it is understood.
 *
 * What is here can be written as a grammar, every kind of it; what cannot was refused while it was read.
 */
import { LabError } from "../errors.js";
import type { Language } from "./languages.js";

export type Schema =
  | { readonly kind: "any" | "never" | "null" | "boolean" }
  | { readonly kind: "values"; readonly values: readonly unknown[] }
  | NumberSchema
  | StringSchema
  | ArraySchema
  | ObjectSchema
  | { readonly kind: "union"; readonly branches: readonly Schema[] }
  | { readonly kind: "ref"; readonly name: string };

/** A limit that itself is allowed unless it is exclusive. */
export interface Bound {
  readonly value: number;
  readonly isExclusive: boolean;
}

export interface NumberSchema {
  readonly kind: "number";
  readonly isInteger: boolean;
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
  /** Whole numbers that divide it; with any of them it is an integer, too. */
  readonly divisors: readonly number[];
}

export interface StringSchema {
  readonly kind: "string";
  /** In characters (code points). */
  readonly minLength: number;
  /** Infinity for no limit. */
  readonly maxLength: number;
  /** Its characters and then `textEnd`; undefined for any. */
  readonly language: Language | undefined;
}

export interface ArraySchema {
  readonly kind: "array";
  /** The first items, each of its own kind. */
  readonly prefix: readonly Schema[];
  /** All others. */
  readonly rest: Schema;
  readonly minItems: number;
  /** Infinity for no limit. */
  readonly maxItems: number;
}

export interface ObjectSchema {
  readonly kind: "object";
  /** In the order in which they are written. */
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: ReadonlySet<string>;
  /** Values of properties that are not listed. */
  readonly rest: Schema;
  /**
   * How that is known: said by the schema, or not, with properties listed or with none. Where it was not said, others are
   * right but are not written once some are listed.
   */
  readonly restIs: "said" | "unsaid" | "bare";
  /** Names of all properties; undefined for any. */
  readonly names: StringSchema | undefined;
  readonly minProperties: number;
  /** Infinity for no limit. */
  readonly maxProperties: number;
  /** JSON pointer to where it stands. */
  readonly path: string;
}

/** What the names in `ref` stand for. */
export type Definitions = Map<string, Schema>;

export const anyValue: Schema = { kind: "any" };
export const noValue: Schema = { kind: "never" };
export const anyNumber: NumberSchema = {
  kind: "number",
  isInteger: false,
  low: undefined,
  high: undefined,
  divisors: [],
};
export const anyString: StringSchema = { kind: "string", minLength: 0, maxLength: Infinity, language: undefined };
/** A schema whose promise could not be kept, or that is none. */
export class SchemaRefused extends LabError {
  /** JSON pointer to the schema that holds the keyword; "" for the whole. */
  readonly path: string;
  /** "" where the schema itself is to blame. */
  readonly keyword: string;

  constructor(path: string, keyword: string, reason: string) {
    const where = [path === "" ? "at its root" : shortened(path), ...(keyword === "" ? [] : [`"${keyword}"`])];
    super("invalid_request", `JSON schema, ${where.join(", ")}: ${reason}`);
    this.path = path;
    this.keyword = keyword;
  }
}

/** The end of a long path, whole characters. */
function shortened(path: string): string {
  const characters = [...path];
  return characters.length <= 200 ? path : `…${characters.slice(-200).join("")}`;
}
