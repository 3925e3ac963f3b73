import { isTextOf, type Known } from "./accepts.js";
import { automaton, counted, type State } from "./automaton.js";
import type { Languages } from "./languages.js";
import { numberLanguage } from "./number-ranges.js";
import type { NumberSchema, ObjectSchema, Schema, StringSchema } from "./schema.js";

/** With a pattern beside it a length is so many places more for each character: a longest one is cut to what they allow. */
const longestPatternText = 256;
const mostCounted = 1_500;

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
        return isPlainNumber(schema) || numberStates(this.#known.languages, schema).length > 0;
      case "string":
        return this.#hasString(schema);
      case "array": {
        const { prefix, rest, minItems, maxItems } = schema;
        if (minItems > maxItems) return false;
        return (
          prefix.slice(0, minItems).every((one) => this.#has(one)) && (minItems <= prefix.length || this.#has(rest))
        );
      }
      case "object":
        return this.#hasObject(schema);
      case "union":
        return schema.branches.some((branch) => this.#has(branch));
      case "ref":
        return this.#names.has(schema.name);
      default:
        return true;
    }
  }

  #hasObject({ properties, required, names, rest, minProperties, maxProperties }: ObjectSchema): boolean {
    const isName = (name: string): boolean => names === undefined || isTextOf(this.#known, names, name);
    const isPossible = (name: string): boolean => isName(name) && this.#has(properties.get(name) ?? rest);
    if (minProperties > maxProperties || required.size > maxProperties || ![...required].every(isPossible))
      return false;
    return [...properties.keys()].filter(isPossible).length >= minProperties || this.#has(rest);
  }

  #hasString(schema: StringSchema): boolean {
    if (schema.minLength > schema.maxLength) return false;
    return textStates(this.#known.languages, schema)?.length !== 0;
  }
}

export const isPlainNumber = ({ low, high, divisors }: NumberSchema): boolean =>
  low === undefined && high === undefined && divisors.length === 0;

const known = new WeakMap<StringSchema | NumberSchema, readonly State[]>();

/** Places of the texts of numbers within limits. Throws `LanguageTooLarge`. */
export function numberStates(languages: Languages, schema: NumberSchema): readonly State[] {
  const states = known.get(schema) ?? automaton(languages, numberLanguage(languages, schema));
  known.set(schema, states);
  return states;
}

/** Places of the texts of the right form and length; undefined where only the length says something. */
export function textStates(languages: Languages, schema: StringSchema): readonly State[] | undefined {
  if (schema.language === undefined) return undefined;
  const states = known.get(schema) ?? countedStates(automaton(languages, schema.language), schema);
  known.set(schema, states);
  return states;
}

function countedStates(states: readonly State[], { minLength, maxLength }: StringSchema): readonly State[] {
  if (minLength === 0 && maxLength === Infinity) return states;
  const [shortest, longest] = lengths(states);
  if (minLength <= shortest && longest <= maxLength) return states;
  const countable = Math.min(longestPatternText, Math.floor(mostCounted / states.length));
  const most = maxLength >= longest ? Infinity : Math.max(minLength, shortest, Math.min(maxLength, countable));
  if (shortest > maxLength) return [];
  return counted(states, minLength, most);
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
