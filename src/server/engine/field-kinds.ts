/** What kinds of options a generation has: types, nothing else. */

interface FieldWords {
  /** Name on the wire. Its camel-case spelling is taken as well. */
  readonly wire: string;
  /** Further names that clients send. */
  readonly aliases?: readonly string[];
  /** What it is, without a full stop. */
  readonly what: string;
  /** What a value does that one would not guess, without a full stop. */
  readonly note?: string;
}

/** A number; `whole` has no fraction. */
export interface NumberField extends FieldWords {
  readonly kind: "number" | "whole";
  /** The range, both ends included, in `unit` as on the wire. */
  readonly least: number;
  readonly most: number;
  /** "random": another one for each request. */
  readonly fallback: number | "random";
  readonly unit?: "tokens" | "seconds";
  /** How many of the engine's units one of the wire's is; 1 when left out. */
  readonly scale?: number;
}

export interface TextField extends FieldWords {
  readonly kind: "text";
  /** Characters. */
  readonly least: number;
  readonly most: number;
  /** What applies when it is left out, in words. */
  readonly fallback: string;
}

/** One text, or a list of them. */
export interface TextsField extends FieldWords {
  readonly kind: "texts";
  /** Characters of each. */
  readonly least: number;
  readonly most: number;
  readonly mostTexts: number;
}

/** One of a few words. */
export interface ChoiceField extends FieldWords {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly fallback: string;
}

/** A whole number that bounds or asks for something; null, the default, for no such thing. */
export interface LimitField extends FieldWords {
  readonly kind: "limit";
  readonly least: number;
  readonly most: number;
  readonly unit: "tokens";
  readonly fallback: null;
  /** What null is, in words. */
  readonly absent: "no limit" | "none";
}

export interface FlagField extends FieldWords {
  readonly kind: "flag";
  readonly fallback: boolean;
}

/** An object of values by name: texts, numbers, true, false, null, or objects of these. */
export interface ValuesField extends FieldWords {
  readonly kind: "values";
  /** Bytes of its JSON. */
  readonly mostBytes: number;
  /** Names that it may not have. */
  readonly reserved: readonly string[];
}

/** A number for each of some tokens, by their ids: an object, or a list of pairs. */
export interface BiasesField extends FieldWords {
  readonly kind: "biases";
  /** The range of each number, both ends included. */
  readonly least: number;
  readonly most: number;
  readonly mostEntries: number;
}

/** A JSON schema: an object. */
export interface SchemaField extends FieldWords {
  readonly kind: "schema";
  /** Bytes of its JSON. */
  readonly mostBytes: number;
}

export type GenerationField =
  | NumberField
  | TextField
  | TextsField
  | FlagField
  | ValuesField
  | ChoiceField
  | LimitField
  | BiasesField
  | SchemaField;
