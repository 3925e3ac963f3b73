/**
 * A schema as rules of a grammar.
 *
 * One line, and at most one blank after `:` and `,`: models write both forms, and nothing in it can be repeated without
 * an end. Every value ends; only strings without a longest length end when the model ends them.
 */

import { isTextOf } from "./accepts.js";
import { isPlainNumber, numberStates, textStates } from "./possible.js";
import type { ReadSchema } from "./read-schema.js";
import { join, literal, type RuleBook } from "./rule-book.js";
import { type ArraySchema, anyNumber, anyString, type NumberSchema, type Schema, type StringSchema } from "./schema.js";
import { type ValueWriter, writeObject } from "./write-object.js";
import { writeBareTexts, writeStringTexts } from "./write-texts.js";

/** Lists and objects inside each other where a schema allows any value. */
const deepestAny = 12;

/** A character of a string: all of Unicode but C0 and C1; pairs of halves together. */
const character = [
  "[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e\\u00a0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]",
  '"\\\\" ["\\\\/bfnrt]',
  '"\\\\u" ([0-9a-cA-CefEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2})',
  '"\\\\u" [dD] [89abAB] [0-9a-fA-F]{2} "\\\\u" [dD] [c-fC-F] [0-9a-fA-F]{2}',
].join(" | ");
const whole = '"0" | "-"? [1-9] [0-9]{0,14}';
const decimal = '"-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [+-]? [0-9] [0-9]?)?';

const anyOf = { string: anyString, number: anyNumber, boolean: { kind: "boolean" }, null: { kind: "null" } } as const;
/** Longest text and list that are counted; what is longer does not fit into an answer. */
const longestCounted = 100_000;
const mostItems = 10_000;
const atMost = (given: number, most: number): number => (given === Infinity ? Infinity : Math.min(given, most));

export class GrammarWriter implements ValueWriter {
  readonly book: RuleBook;
  readonly #schema: ReadSchema;
  readonly #references = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  constructor(book: RuleBook, schema: ReadSchema) {
    this.book = book;
    this.#schema = schema;
  }

  /** A rule's name or a quoted text. */
  value(schema: Schema, hint: string): string {
    switch (schema.kind) {
      case "any":
        return this.#any(deepestAny);
      case "never":
        throw new Error(`nothing can be written for ${hint}`);
      case "null":
        return literal("null");
      case "boolean":
        return this.book.rule("boolean", `${literal("true")} | ${literal("false")}`);
      case "values":
        return this.#values(schema.values, hint);
      case "number":
        return this.#number(schema, hint);
      case "string":
        return this.string(schema, hint);
      case "array":
        return this.#array(schema, hint);
      case "object":
        return writeObject(this, schema, hint);
      case "union":
        return this.#union(schema.branches, hint);
      case "ref":
        return this.#reference(schema.name);
    }
  }

  colon(): string {
    return this.book.rule("colon", `${literal(":")} ${literal(" ")}?`);
  }

  comma(): string {
    return this.book.rule("comma", `${literal(",")} ${literal(" ")}?`);
  }

  isPossible(schema: Schema): boolean {
    return this.#schema.possible.has(schema);
  }

  isName(names: StringSchema | undefined, name: string): boolean {
    return names === undefined || isTextOf(this.#schema, names, name);
  }

  otherNames(names: StringSchema | undefined, taken: readonly string[]): StringSchema {
    if (taken.length === 0) return names ?? anyString;
    const { languages } = this.#schema;
    const others = languages.not(languages.either(...taken.map((name) => languages.ended(name))));
    const { minLength, maxLength, language = languages.anyText } = names ?? anyString;
    return { kind: "string", minLength, maxLength, language: languages.both(others, language) };
  }

  string(schema: StringSchema, hint: string): string {
    const states = textStates(this.#schema.languages, schema);
    const { minLength, maxLength, language } = schema;
    if (states !== undefined) {
      const write = (): string => writeStringTexts(this.book, `${hint}-text`, states);
      return this.#once(`${language?.id} ${minLength} ${maxLength}`, hint, write);
    }
    const one = this.book.rule("char", character);
    const isAny = minLength === 0 && maxLength === Infinity;
    const texts = this.book.repeat(one, minLength, Math.max(minLength, atMost(maxLength, longestCounted)));
    return this.book.rule(isAny ? "string" : hint, join(literal('"'), texts, literal('"')));
  }

  /** The rule of texts that several properties have in common. */
  #once(key: string, hint: string, write: () => string): string {
    const rule = this.#texts.get(key) ?? this.book.rule(hint, write());
    this.#texts.set(key, rule);
    return rule;
  }

  #any(depth: number): string {
    const { book } = this;
    const scalars = ["string", "number", "boolean", "null"] as const;
    const scalar = book.rule("scalar", scalars.map((kind) => this.value(anyOf[kind], kind)).join(" | "));
    if (depth === 0) return scalar;
    const item = this.#any(depth - 1);
    const list = `${literal("[")} (${item} (${this.comma()} ${item})*)? ${literal("]")}`;
    const pair = `${this.string(anyString, "string")} ${this.colon()} ${item}`;
    const object = `${literal("{")} (${pair} (${this.comma()} ${pair})*)? ${literal("}")}`;
    return book.rule("any", [scalar, list, object].join(" | "));
  }

  #number(schema: NumberSchema, hint: string): string {
    if (!isPlainNumber(schema)) {
      const states = numberStates(this.#schema.languages, schema);
      return this.#once(JSON.stringify(schema), hint, () => writeBareTexts(this.book, hint, states));
    }
    return schema.isInteger ? this.book.rule("integer", whole) : this.book.rule("number", decimal);
  }

  #union(branches: readonly Schema[], hint: string): string {
    const possible = branches.filter((branch) => this.isPossible(branch));
    const values = possible.flatMap((branch) => (branch.kind === "values" ? branch.values : []));
    const others = possible.filter(({ kind }) => kind !== "values");
    const texts = others.map((branch, index) => this.value(branch, `${hint}-${index}`));
    if (values.length > 0) texts.unshift(this.#values(values, hint));
    const all = [...new Set(texts)];
    return all.length === 1 ? all[0]! : this.book.rule(hint, all.join(" | "));
  }

  #reference(name: string): string {
    const known = this.#references.get(name);
    if (known !== undefined) return known;
    const hint = name.split("/").at(-1)!;
    const rule = this.book.reserve(hint);
    this.#references.set(name, rule);
    this.book.set(rule, this.value(this.#schema.definitions.get(name)!, hint));
    return rule;
  }

  #values(values: readonly unknown[], hint: string): string {
    const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null;
    const plain = [...new Set(values.filter(isPlain).map((value) => JSON.stringify(value)))].sort();
    const texts = values.filter((value) => !isPlain(value)).map((value) => this.#exactly(value));
    if (plain.length > 0) texts.unshift(this.#tree(plain, 0, hint));
    return texts.length === 1 ? texts[0]! : this.book.rule(hint, texts.join(" | "));
  }

  /** Texts that begin alike share that: what may come next is looked up, not tried one by one. They are sorted. */
  #tree(texts: readonly string[], from: number, hint: string): string {
    const [first, last] = [texts[0]!, texts.at(-1)!];
    if (first === last) return literal(first.slice(from));
    let to = from;
    while (to < first.length && first[to] === last[to]) to += 1;
    // never between the halves of a pair
    if (/[\ud800-\udbff]/.test(first[to - 1] ?? "") && to > from) to -= 1;
    const groups = new Map<string, string[]>();
    for (const text of texts) {
      const next = String.fromCodePoint(...(text.length > to ? [text.codePointAt(to)!] : []));
      const group = groups.get(next);
      if (group === undefined) groups.set(next, [text]);
      else group.push(text);
    }
    const choices = [...groups.values()].map((group) => this.#tree(group, to, hint));
    return join(to > from ? literal(first.slice(from, to)) : "", this.book.rule(hint, choices.join(" | ")));
  }

  #exactly(value: unknown): string {
    if (typeof value !== "object" || value === null) return literal(JSON.stringify(value));
    const parts = Array.isArray(value)
      ? value.map((item) => this.#exactly(item))
      : Object.entries(value).map(
          ([name, item]) => `${literal(JSON.stringify(name))} ${this.colon()} ${this.#exactly(item)}`,
        );
    const [open, close] = Array.isArray(value) ? "[]" : "{}";
    return join(literal(open!), parts.join(` ${this.comma()} `), literal(close!));
  }

  #array({ prefix, rest, minItems, maxItems }: ArraySchema, hint: string): string {
    const [open, close] = [literal("["), literal("]")];
    const possible = prefix.findIndex((one) => !this.isPossible(one));
    const first = prefix.slice(0, Math.min(maxItems, possible === -1 ? Infinity : possible));
    const isOpen = possible === -1 && maxItems > prefix.length && this.isPossible(rest);
    let more = isOpen ? this.#items(rest, hint, prefix.length, minItems, atMost(maxItems, mostItems)) : "";
    for (const [index, item] of [...first.entries()].reverse()) {
      const text = join(index === 0 ? "" : this.comma(), this.value(item, `${hint}-${index}`), more);
      more = index >= minItems ? `(${text})?` : text;
      if (index > 0 && index % 8 === 0) more = this.book.rule(hint, more);
    }
    return this.book.rule(hint, join(open, more, close));
  }

  /** Items that are all of one kind, behind `before` others. */
  #items(item: Schema, hint: string, before: number, minItems: number, maxItems: number): string {
    const one = this.value(item, `${hint}-item`);
    const min = Math.max(0, minItems - before);
    const next = this.book.rule("next", `${this.comma()} ${one}`);
    if (before > 0) return this.book.repeat(next, min, maxItems - before);
    const all = join(one, this.book.repeat(next, Math.max(0, min - 1), maxItems - 1));
    return min === 0 ? `(${all})?` : all;
  }
}
