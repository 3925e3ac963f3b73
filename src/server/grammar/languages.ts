/**
 * Sets of texts, and what can be reckoned with them: one after the other, either, both, not, without a first character.
 *
 * Brzozowski 1964, "Derivatives of regular expressions", J. ACM 11: with derivatives, "both" and "not" cost nothing
 * more than "either". Equal languages built here are mostly the same object, so few states are seen twice.
 */
/** Code points from the first to the last, both in it. */
export type Ranges = readonly (readonly [low: number, high: number])[];

export type Language = { readonly id: number; readonly isNullable: boolean } & Shape;
type Shape =
  | { readonly kind: "none" | "blank" }
  | { readonly kind: "characters"; readonly ranges: Ranges }
  | { readonly kind: "then"; readonly parts: readonly [Language, Language] }
  | { readonly kind: "either" | "both"; readonly parts: readonly Language[] }
  | { readonly kind: "not"; readonly part: Language }
  | { readonly kind: "many"; readonly part: Language; readonly min: number; readonly max: number }
  | { readonly kind: "remainder"; readonly divisor: number; readonly rest: number };

/** Stands for the end of a string's text; no character. */
export const textEnd = 0x110000;
/** What is written in strings: no halves of pairs, which UTF-8 does not have, and of controls those with a short escape. */
export const everyCharacter: Ranges = [
  [0x08, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x7e],
  [0xa0, 0xd7ff],
  [0xe000, 0x10ffff],
];
/** Languages that are combined for one schema, each counted as often as it is looked at. It bounds the time: about 0.2 s. */
const mostWork = 400_000;

export class LanguageTooLarge extends Error {}

export class Languages {
  readonly #made = new Map<string, Language>();
  /** By id and character. */
  readonly #derived: Map<number, Language>[] = [];
  #work = 0;
  readonly none = this.#make("none", { kind: "none" }, false);
  /** The empty text only. */
  readonly blank = this.#make("blank", { kind: "blank" }, true);
  readonly all = this.not(this.none);

  /** Every text of a string, and its end. */
  readonly anyText = this.sequence(this.many(this.characters(everyCharacter), 0, Infinity), this.#end());

  /** One text of a string, and its end. */
  ended(text: string): Language {
    return this.sequence(this.text(text), this.#end());
  }

  #end(): Language {
    return this.characters([[textEnd, textEnd]]);
  }

  characters(ranges: Ranges): Language {
    if (ranges.length === 0) return this.none;
    return this.#make(`[${ranges.join(";")}`, { kind: "characters", ranges }, false);
  }

  text(text: string): Language {
    return this.sequence(...Array.from(text, (one) => this.characters([[one.codePointAt(0)!, one.codePointAt(0)!]])));
  }

  sequence(...parts: readonly Language[]): Language {
    return parts.reduceRight((after, part) => this.#then(part, after), this.blank);
  }

  either(...parts: readonly Language[]): Language {
    return this.#combine("either", parts, this.none, this.all);
  }

  both(...parts: readonly Language[]): Language {
    return this.#combine("both", parts, this.all, this.none);
  }

  not(part: Language): Language {
    if (part.kind === "not") return part.part;
    return this.#make(`!${part.id}`, { kind: "not", part }, !part.isNullable);
  }

  /** `part`, `min` to `max` times; `max` may be Infinity. */
  many(part: Language, least: number, max: number): Language {
    const min = part.isNullable ? 0 : least;
    if (max === 0 || part.kind === "blank") return this.blank;
    if (part.kind === "none") return min === 0 ? this.blank : this.none;
    if (min === 1 && max === 1) return part;
    return this.#make(`${part.id}{${min},${max}`, { kind: "many", part, min, max }, min === 0);
  }

  /** Digits of numbers that leave no remainder, when `rest` is what the digits before left. */
  multiples(divisor: number, rest = 0): Language {
    return this.#make(`%${divisor},${rest}`, { kind: "remainder", divisor, rest }, rest === 0);
  }

  /** What may follow `character`. */
  after(language: Language, character: number): Language {
    const known = this.#derived[language.id]?.get(character);
    if (known !== undefined) return known;
    const made = this.#derive(language, character);
    const derived = this.#derived[language.id] ?? new Map<number, Language>();
    this.#derived[language.id] = derived.set(character, made);
    return made;
  }

  #derive(language: Language, character: number): Language {
    switch (language.kind) {
      case "none":
      case "blank":
        return this.none;
      case "characters":
        return language.ranges.some(([low, high]) => low <= character && character <= high) ? this.blank : this.none;
      case "then": {
        const [first, second] = language.parts;
        const inFirst = this.#then(this.after(first, character), second);
        return first.isNullable ? this.either(inFirst, this.after(second, character)) : inFirst;
      }
      case "either":
        return this.either(...language.parts.map((part) => this.after(part, character)));
      case "both":
        return this.both(...language.parts.map((part) => this.after(part, character)));
      case "not":
        return this.not(this.after(language.part, character));
      case "many": {
        const { part, min, max } = language;
        return this.#then(this.after(part, character), this.many(part, Math.max(0, min - 1), max - 1));
      }
      case "remainder": {
        const digit = character - 0x30;
        if (digit < 0 || digit > 9) return this.none;
        return this.multiples(language.divisor, (language.rest * 10 + digit) % language.divisor);
      }
    }
  }

  #then(first: Language, second: Language): Language {
    if (first.kind === "none" || second.kind === "none") return this.none;
    if (first.kind === "blank") return second;
    if (second.kind === "blank") return first;
    if (first.kind === "then") return this.#then(first.parts[0], this.#then(first.parts[1], second));
    const isNullable = first.isNullable && second.isNullable;
    return this.#make(`${first.id}.${second.id}`, { kind: "then", parts: [first, second] }, isNullable);
  }

  /** `neutral` changes nothing, `absorbing` is all that is left. */
  #combine(kind: "either" | "both", given: readonly Language[], neutral: Language, absorbing: Language): Language {
    const flat = given.flatMap((part) => (part.kind === kind ? part.parts : [part]));
    this.#spend(flat.length);
    const parts = [...new Set(flat)].filter((part) => part !== neutral).sort((one, other) => one.id - other.id);
    if (parts.includes(absorbing)) return absorbing;
    if (parts.length < 2) return parts[0] ?? neutral;
    const isNullable = kind === "either" ? parts.some(nullable) : parts.every(nullable);
    return this.#make(`${kind}${parts.map(({ id }) => id)}`, { kind, parts }, isNullable);
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > mostWork) throw new LanguageTooLarge(`more than ${mostWork} steps in its patterns and limits`);
  }

  #make(key: string, shape: Shape, isNullable: boolean): Language {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    this.#spend(1);
    const made: Language = { ...shape, id: this.#made.size, isNullable };
    this.#made.set(key, made);
    return made;
  }
}

const nullable = ({ isNullable }: Language): boolean => isNullable;

const edges = new WeakMap<Language, ReadonlySet<number>>();

/** Code points at which the answer to "may it come first" can change. */
export function boundaries(language: Language): ReadonlySet<number> {
  const known = edges.get(language) ?? boundariesOf(language);
  edges.set(language, known);
  return known;
}

function boundariesOf(language: Language): ReadonlySet<number> {
  switch (language.kind) {
    case "none":
    case "blank":
      return new Set();
    case "characters":
      return new Set(language.ranges.flatMap(([low, high]) => [low, high + 1]));
    case "remainder":
      return new Set(Array.from({ length: 11 }, (_, digit) => 0x30 + digit));
    case "then": {
      const [first, second] = language.parts;
      return first.isNullable ? new Set([...boundaries(first), ...boundaries(second)]) : boundaries(first);
    }
    case "not":
    case "many":
      return boundaries(language.part);
    default:
      return new Set(language.parts.flatMap((part) => [...boundaries(part)]));
  }
}
