import { isTextOf, type Known } from "./accepts.js";
import { automaton, type State } from "./automaton.js";
import { everyCharacter, type Language, type Languages } from "./languages.js";
import { numberLanguage } from "./number-ranges.js";
import type { NumberSchema, Schema, StringSchema } from "./schema.js";

/** With a pattern beside it a longest length is a place for each character: more than this is cut to it. */
const longestPatternText = 256;

/** Which schemas allow a value at all, one that ends: a list whose every item needs another never does. */
export class Possible {
  readonly #known: Known;
  readonly #names = new Set<string>();
  #asked = -1;

  constructor(known: Known) {
    this.#known = known;
  }

  has(schema: Schema): boolean {
    this.#settle();
    return this.#has(schema);
  }

  /** Names get in while others bring them in: what is left out in the end, needs itself. */
  #settle(): void {
    if (this.#asked === this.#known.definitions.size) return;
    this.#asked = this.#known.definitions.size;
    for (let before = -1; before < this.#names.size; ) {
      before = this.#names.size;
      for (const [name, schema] of this.#known.definitions)
        if (!this.#names.has(name) && this.#has(schema)) this.#names.add(name);
    }
  }

  #has(schema: Schema): boolean {
    switch (schema.kind) {
      case "never":
        return false;
      case "number":
        return isPlainNumber(schema) || this.#hasText(numberLanguage(this.#known.languages, schema));
      case "string":
        return this.#hasString(schema);
      case "array": {
        const { prefix, rest, minItems, maxItems } = schema;
        if (minItems > maxItems) return false;
        return (
          prefix.slice(0, minItems).every((one) => this.#has(one)) && (minItems <= prefix.length || this.#has(rest))
        );
      }
      case "object": {
        const { properties, required, names, rest, minProperties, maxProperties } = schema;
        if (minProperties > maxProperties || required.size > maxProperties) return false;
        const isName = (name: string): boolean => names === undefined || isTextOf(this.#known, names, name);
        return [...required].every((name) => isName(name) && this.#has(properties.get(name) ?? rest));
      }
      case "union":
        return schema.branches.some((branch) => this.#has(branch));
      case "ref":
        return this.#names.has(schema.name);
      default:
        return true;
    }
  }

  #hasString(schema: StringSchema): boolean {
    if (schema.minLength > schema.maxLength) return false;
    const language = textLanguage(this.#known.languages, schema);
    return language === undefined || this.#hasText(language);
  }

  #hasText(language: Language): boolean {
    return automaton(this.#known.languages, language).length > 0;
  }
}

export const isPlainNumber = ({ low, high, divisors }: NumberSchema): boolean =>
  low === undefined && high === undefined && divisors.length === 0;

/** Texts of the right form and length; undefined where only the length says something. Throws `LanguageTooLarge`. */
export function textLanguage(
  languages: Languages,
  { language, minLength, maxLength }: StringSchema,
): Language | undefined {
  if (language === undefined) return undefined;
  if (minLength === 0 && maxLength === Infinity) return language;
  const [shortest, longest] = lengths(automaton(languages, language));
  if (minLength <= shortest && longest <= maxLength) return language;
  const most = maxLength >= longest ? Infinity : Math.max(minLength, Math.min(maxLength, longestPatternText));
  const counted = languages.many(languages.characters(everyCharacter), minLength, most);
  return languages.both(language, languages.sequence(counted, languages.ended("")));
}

/** Characters of the shortest and of the longest text. */
function lengths(states: readonly State[]): readonly [shortest: number, longest: number] {
  let places = new Set([0]);
  let shortest = Infinity;
  for (let length = -1; length <= states.length; length += 1) {
    if (places.size === 0) return [shortest, length - 1];
    if (shortest === Infinity && [...places].some((at) => states[at]?.isEnd)) shortest = length;
    places = new Set([...places].flatMap((at) => states[at]?.ways.map(({ to }) => to) ?? []));
  }
  return [shortest, Infinity];
}
