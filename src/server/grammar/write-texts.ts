import type { State } from "./automaton.js";
import { type Ranges, textEnd } from "./languages.js";
import { characterClass, literal, type RuleBook } from "./rule-book.js";

/** How JSON writes characters that cannot stand for themselves. */
const escapes: readonly (readonly [code: number, text: string])[] = [
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [0x22, '\\"'],
  [0x5c, "\\\\"],
];

/** A step as GBNF, of a text inside of quotes or of one that stands for itself. */
type Step = (ranges: Ranges) => string;

/** The rule of a string's texts, which closes its quotes itself. */
export function writeStringTexts(book: RuleBook, hint: string, states: readonly State[]): string {
  return `${literal('"')} ${new TextsWriter(book, hint, states, stepInString).rule(0)}`;
}

/** The rule of bare texts, as of numbers. */
export function writeBareTexts(book: RuleBook, hint: string, states: readonly State[]): string {
  return new TextsWriter(book, hint, states, characterClass).rule(0);
}

/** From each place one character leads to one other: a grammar of such rules is read without looking back. */
class TextsWriter {
  readonly #book: RuleBook;
  readonly #hint: string;
  readonly #states: readonly State[];
  readonly #step: Step;
  readonly #uses: number[];
  readonly #rules = new Map<number, string>();

  constructor(book: RuleBook, hint: string, states: readonly State[], step: Step) {
    this.#book = book;
    this.#hint = hint;
    this.#states = states;
    this.#step = step;
    this.#uses = states.map(() => 0);
    for (const { ways } of states) for (const { to } of ways) this.#uses[to]! += 1;
  }

  rule(first: number): string {
    const name = this.#name(first);
    // rules that are named while others are written follow; a long text is not a deep one
    for (const [state, one] of this.#rules) this.#book.set(one, this.#alternatives(state));
    return name;
  }

  #name(state: number): string {
    const known = this.#rules.get(state);
    if (known !== undefined) return known;
    const name = this.#book.reserve(this.#hint);
    this.#rules.set(state, name);
    return name;
  }

  #alternatives(state: number): string {
    const { isEnd, ways } = this.#states[state]!;
    const texts = ways.map(({ ranges, to }) => this.#path(ranges, to));
    return [...texts, ...(isEnd ? ['""'] : [])].join(" | ");
  }

  /** A step and all those after it that have no choice. */
  #path(ranges: Ranges, to: number): string {
    const steps = [this.#step(ranges)];
    let at = to;
    while (this.#uses[at] === 1 && this.#states[at]!.ways.length === 1 && !this.#states[at]!.isEnd) {
      const way = this.#states[at]!.ways[0]!;
      steps.push(this.#step(way.ranges));
      at = way.to;
    }
    if (this.#states[at]!.ways.length > 0) steps.push(this.#name(at));
    return steps.join(" ");
  }
}

function stepInString(ranges: Ranges): string {
  if (ranges[0]![0] === textEnd) return literal('"');
  const escaped = escapes.filter(([code]) => ranges.some(([low, high]) => low <= code && code <= high));
  const plain = ranges.flatMap((range) => withoutEscaped(range));
  const texts = [...(plain.length > 0 ? [characterClass(plain)] : []), ...escaped.map(([, text]) => literal(text))];
  return texts.length === 1 ? texts[0]! : `(${texts.join(" | ")})`;
}

function withoutEscaped([low, high]: readonly [number, number]): (readonly [number, number])[] {
  const result: (readonly [number, number])[] = [];
  let from = low;
  for (const [code] of escapes) {
    if (code < from || code > high) continue;
    if (code > from) result.push([from, code - 1]);
    from = code + 1;
  }
  if (from <= high) result.push([from, high]);
  return result;
}
