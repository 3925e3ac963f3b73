/**
 * Regular expressions of schemas, as JavaScript reads them with the flag `u`: what validators do.
 *
 * A pattern becomes the language of all texts in which it is found. What looks behind or back cannot be written so, and
 * is refused.
 */
import { classes, complement, lineEnds, merged } from "./character-sets.js";
import { everyCharacter, type Language, type Languages, type Ranges } from "./languages.js";

/** Why a pattern is refused. */
export class PatternRefused extends Error {}

/** What may stand from a place on, when that is the beginning of the text and when it is not: `^` is looked up there. */
interface Rest {
  readonly atStart: Language;
  readonly inside: Language;
}

interface Part {
  /** What may stand from its beginning on, by what may stand behind it. */
  readonly before: (after: Rest) => Rest;
  /** False for what depends on where it stands: anchors, and what looks ahead. */
  readonly isPlain: boolean;
}

const namedCharacters: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, "0": 0 };
/** Times that a part may be repeated; more would be places that nobody counts. */
const mostTimes = 1_000;
const longestPattern = 4_000;
const mostUnrolled = 8;
const deepestGroups = 50;

/** The texts, with `textEnd` behind them, in which `pattern` is found. Throws `PatternRefused`. */
export function patternLanguage(languages: Languages, pattern: string): Language {
  const { anyText } = languages;
  const { atStart, inside } = new PatternReader(languages, pattern)
    .read()
    .before({ atStart: anyText, inside: anyText });
  const something = languages.many(languages.characters(everyCharacter), 1, Infinity);
  return languages.both(languages.either(atStart, languages.sequence(something, inside)), anyText);
}

class PatternReader {
  readonly #languages: Languages;
  readonly #source: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(languages: Languages, pattern: string) {
    this.#languages = languages;
    this.#source = [...pattern];
  }

  read(): Part {
    if (this.#source.length > longestPattern)
      throw new PatternRefused(`it is longer than ${longestPattern} characters`);
    const part = this.#choice();
    if (this.#at < this.#source.length) throw new PatternRefused('it has a ")" without its "("');
    return part;
  }

  #choice(): Part {
    this.#depth += 1;
    if (this.#depth > deepestGroups) throw new PatternRefused(`its groups are more than ${deepestGroups} deep`);
    const choices = [this.#sequence()];
    while (this.#take("|")) choices.push(this.#sequence());
    this.#depth -= 1;
    return {
      before: (after) => this.#either(choices.map(({ before }) => before(after))),
      isPlain: choices.every(({ isPlain }) => isPlain),
    };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.#source.length && !this.#sees("|") && !this.#sees(")")) parts.push(this.#repeated());
    return {
      before: (after) => parts.reduceRight((behind, part) => part.before(behind), after),
      isPlain: parts.every(({ isPlain }) => isPlain),
    };
  }

  #repeated(): Part {
    const part = this.#atom();
    const times = this.#times();
    if (times === undefined) return part;
    if (!part.isPlain) return this.#unrolled(part, ...times);
    const languages = this.#languages;
    const { blank } = languages;
    const repeated = languages.many(part.before({ atStart: blank, inside: blank }).inside, ...times);
    const some = languages.both(repeated, languages.not(blank));
    const before = (after: Rest): Rest => ({
      atStart: languages.either(
        languages.sequence(some, after.inside),
        repeated.isNullable ? after.atStart : languages.none,
      ),
      inside: languages.sequence(repeated, after.inside),
    });
    return { before, isPlain: true };
  }

  #unrolled({ before }: Part, min: number, max: number): Part {
    if (max > mostUnrolled) throw new PatternRefused("it repeats a part with an anchor or a look-ahead in it");
    const more = (after: Rest, times: number): Rest =>
      times === 0 ? after : this.#either([after, before(more(after, times - 1))]);
    const least = (after: Rest, times: number): Rest => (times === 0 ? after : before(least(after, times - 1)));
    return { before: (after) => least(more(after, max - min), min), isPlain: false };
  }

  #either(all: readonly Rest[]): Rest {
    return this.#each((side) => this.#languages.either(...all.map((one) => one[side])));
  }

  #each(language: (side: keyof Rest) => Language): Rest {
    return { atStart: language("atStart"), inside: language("inside") };
  }

  #times(): readonly [number, number] | undefined {
    const times = this.#take("*")
      ? [0, Infinity]
      : this.#take("+")
        ? [1, Infinity]
        : this.#take("?")
          ? [0, 1]
          : this.#counted();
    // a lazy one finds the same texts
    if (times !== undefined) this.#take("?");
    return times as readonly [number, number] | undefined;
  }

  #counted(): readonly [number, number] | undefined {
    if (!this.#take("{")) return undefined;
    const close = this.#source.indexOf("}", this.#at);
    const match = /^(\d+)(,?)(\d*)$/.exec(this.#source.slice(this.#at, Math.max(close, this.#at)).join(""));
    if (match === null) throw new PatternRefused('it has a "{" that counts nothing');
    this.#at = close + 1;
    const min = Number(match[1]);
    const max = match[2] === "" ? min : match[3] === "" ? Infinity : Number(match[3]);
    if (min > max) throw new PatternRefused(`it repeats a part ${min} to ${max} times`);
    if (min > mostTimes || (max > mostTimes && max !== Infinity)) {
      throw new PatternRefused(`it repeats a part more than ${mostTimes} times`);
    }
    return [min, max];
  }

  #atom(): Part {
    if (this.#take("(")) return this.#group();
    if (this.#take("^")) return this.#anchor(({ atStart }) => ({ atStart, inside: this.#languages.none }));
    if (this.#take("$")) return this.#anchor((after) => this.#each((side) => this.#atEnd(after[side])));
    if (this.#take("[")) return this.#one(this.#class());
    if (this.#take(".")) return this.#one(complement(lineEnds));
    if (this.#take("\\")) return this.#one(this.#escape());
    const character = this.#source[this.#at]!;
    if (/[*+?{}\])]/.test(character)) throw new PatternRefused(`it has a "${character}" with nothing before it`);
    this.#at += 1;
    return this.#one(single(character));
  }

  #anchor(before: (after: Rest) => Rest): Part {
    return { before, isPlain: false };
  }

  #atEnd(after: Language): Language {
    return this.#languages.both(after, this.#languages.ended(""));
  }

  #one(ranges: Ranges): Part {
    const one = this.#languages.characters(ranges);
    return { before: ({ inside }) => this.#each(() => this.#languages.sequence(one, inside)), isPlain: true };
  }

  #group(): Part {
    const languages = this.#languages;
    const begin = this.#source.slice(this.#at, this.#at + 80).join("");
    const opening = /^(?:\?:|\?=|\?!|\?<[=!]|\?<[A-Za-z_$][\w$]*>|\?)?/.exec(begin)![0];
    this.#at += opening.length;
    if (opening === "?" || opening === "?<=" || opening === "?<!") {
      throw new PatternRefused(`it has a group that begins with "(${opening}", which cannot be written as a grammar`);
    }
    const inner = this.#choice();
    if (!this.#take(")")) throw new PatternRefused('it has a "(" without its ")"');
    if (opening !== "?=" && opening !== "?!") return inner;
    const { all } = languages;
    const ahead = inner.before({ atStart: all, inside: all });
    const seen = this.#each((side) => (opening === "?=" ? ahead[side] : languages.not(ahead[side])));
    return this.#anchor((after) => this.#each((side) => languages.both(seen[side], after[side])));
  }

  #class(): Ranges {
    const isNegated = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    while (!this.#take("]")) {
      const low = this.#classItem();
      if (!this.#sees("-") || this.#sees("]", 1) || low.length !== 1 || low[0]![0] !== low[0]![1]) {
        ranges.push(...low);
        continue;
      }
      this.#at += 1;
      const high = this.#classItem();
      if (high.length !== 1 || high[0]![0] < low[0]![0]) throw new PatternRefused("it has a range that runs backwards");
      ranges.push([low[0]![0], high[0]![0]]);
    }
    return isNegated ? complement(ranges) : merged(ranges);
  }

  #classItem(): Ranges {
    const character = this.#source[this.#at];
    if (character === undefined) throw new PatternRefused('it has a "[" without its "]"');
    this.#at += 1;
    if (character === "\\") return this.#take("b") ? [[8, 8]] : this.#escape();
    return single(character);
  }

  #escape(): Ranges {
    const character = this.#source[this.#at];
    if (character === undefined) throw new PatternRefused("it ends in a backslash");
    this.#at += 1;
    const known = classes[character];
    if (known !== undefined) return known;
    const code = namedCharacters[character] ?? this.#hexadecimal(character);
    if (code !== undefined) return [[code, code]];
    if (/[A-Za-z0-9]/.test(character)) {
      throw new PatternRefused(`it has "\\${character}", which cannot be written as a grammar`);
    }
    return single(character);
  }

  #hexadecimal(character: string): number | undefined {
    const rest = this.#source.slice(this.#at, this.#at + 10).join("");
    const form =
      character === "x"
        ? /^([0-9a-fA-F]{2})/
        : character === "u"
          ? /^(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})/
          : undefined;
    const match = form?.exec(rest);
    if (match === null || match === undefined) return undefined;
    this.#at += match[0].length;
    return Number.parseInt(match[1] ?? match[2]!, 16);
  }

  #sees(character: string, ahead = 0): boolean {
    return this.#source[this.#at + ahead] === character;
  }

  #take(character: string): boolean {
    const isThere = this.#sees(character);
    if (isThere) this.#at += 1;
    return isThere;
  }
}

const single = (character: string): Ranges => [[character.codePointAt(0)!, character.codePointAt(0)!]];
