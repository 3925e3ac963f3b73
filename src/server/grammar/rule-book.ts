/**
 * Rules of a grammar as they are written: names that do not collide, texts that are quoted, and a size that ends.
 *
 * GBNF as llama.cpp reads it. Several parts may write into one book: their rules share names and shapes.
 */

/** Bytes of a whole grammar. A schema of an API's largest answer takes 40 kB. */
export const largestGrammarBytes = 200_000;
/** Rules that llama.cpp makes of all repetitions together: it unrolls each. */
export const mostRepetitions = 20_000;
/** What llama.cpp unrolls at once: it refuses more than 2,000. */
const longestRun = 1_000;

/** The grammar would be larger than may be; the message says by what. */
export class GrammarTooLarge extends Error {}

export class RuleBook {
  readonly #bodies = new Map<string, string>();
  readonly #names = new Map<string, string>();
  /** How many rules begin with the same name. */
  readonly #numbers = new Map<string, number>();
  readonly #runs = new Set<string>();
  #bytes = 0;
  #repetitions = 0;

  /** A free name that tells what it is for; its rule is to be set. */
  reserve(hint: string): string {
    const base =
      hint
        .replace(/[^a-zA-Z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 24)
        .toLowerCase() || "rule";
    let number = this.#numbers.get(base) ?? 1;
    let name = base;
    while (this.#bodies.has(name)) {
      number += 1;
      name = `${base}-${number}`;
    }
    this.#numbers.set(base, number);
    this.#bodies.set(name, "");
    return name;
  }

  set(name: string, body: string): void {
    this.#bytes += Buffer.byteLength(name) + Buffer.byteLength(body) + 6;
    if (this.#bytes > largestGrammarBytes)
      throw new GrammarTooLarge(`more than ${largestGrammarBytes} bytes of grammar`);
    this.#bodies.set(name, body);
  }

  /** The name of a rule with this body; one that is there already serves. */
  rule(hint: string, body: string): string {
    const known = this.#names.get(body);
    if (known !== undefined) return known;
    const name = this.reserve(hint);
    this.#names.set(body, name);
    this.set(name, body);
    return name;
  }

  /** `part` from `min` to `max` times; `part` is one name, class or group. `max` may be Infinity. */
  repeat(part: string, min: number, max: number): string {
    if (max === 0) return '""';
    const exact = this.#exactly(part, min);
    if (max === Infinity) return join(exact, `${part}*`);
    return join(exact, this.#upTo(part, max - min));
  }

  /** All rules, `root` first. */
  text(root: string): string {
    const others = [...this.#bodies].filter(([name]) => name !== root);
    return [[root, this.#bodies.get(root)] as const, ...others].map(([name, body]) => `${name} ::= ${body}\n`).join("");
  }

  #exactly(part: string, times: number): string {
    if (times === 0) return "";
    if (times <= longestRun) return this.#run(part, times, times);
    const run = this.rule("run", this.#run(part, longestRun, longestRun));
    return join(
      this.#run(run, Math.floor(times / longestRun), Math.floor(times / longestRun)),
      this.#exactly(part, times % longestRun),
    );
  }

  /** Runs of a thousand, one after the other: each place is in two rules at most, so that matching stays cheap. */
  #upTo(part: string, times: number): string {
    if (times === 0) return "";
    if (times <= longestRun) return this.#run(part, 0, times);
    const shorter = this.rule("up-to", this.#run(part, 0, longestRun - 1));
    const run = this.rule("run", this.#run(part, longestRun, longestRun));
    return this.rule("up-to", `${shorter} | ${join(run, this.#upTo(part, times - longestRun))}`);
  }

  #run(part: string, min: number, max: number): string {
    if (min === 1 && max === 1) return part;
    const text = min === max ? `${part}{${min}}` : min === 0 && max === 1 ? `${part}?` : `${part}{${min},${max}}`;
    // the same run in several places mostly is one rule
    if (!this.#runs.has(text)) this.#repetitions += max;
    this.#runs.add(text);
    if (this.#repetitions > mostRepetitions) throw new GrammarTooLarge(`more than ${mostRepetitions} repetitions`);
    return max > 16 ? this.rule("times", text) : text;
  }
}

/** Parts that follow each other; empty ones leave nothing. */
export const join = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(" ");

/** A text as GBNF quotes it. */
export function literal(text: string): string {
  return `"${[...text].map((one) => (/["\\\\]/.test(one) ? `\\${one}` : quoteCode(one.codePointAt(0)!))).join("")}"`;
}

/** A class of characters, by ranges of code points. */
export function characterClass(ranges: readonly (readonly [low: number, high: number])[]): string {
  const texts = ranges.map(([low, high]) => (low === high ? inClass(low) : `${inClass(low)}-${inClass(high)}`));
  return `[${texts.join("")}]`;
}

function quoteCode(code: number): string {
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, "0")}`;
  if (code > 0x7e) return `\\u${code.toString(16).padStart(4, "0")}`;
  return code < 0x20 ? `\\x${code.toString(16).padStart(2, "0")}` : String.fromCodePoint(code);
}

/** What means something in a class stands by its number. */
function inClass(code: number): string {
  return /["\\[\]^-]/.test(String.fromCodePoint(code)) ? `\\x${code.toString(16)}` : quoteCode(code);
}

/** The same grammar with another beginning of every rule's name, so that several fit into one. */
export function prefixRules(grammar: string, prefix: string): string {
  const tokens = /"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|\{[^}]*\}|[a-zA-Z0-9-]+/g;
  return grammar.replace(tokens, (token) => (/^[a-zA-Z0-9-]/.test(token) ? `${prefix}${token}` : token));
}
