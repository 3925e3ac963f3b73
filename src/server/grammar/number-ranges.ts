/** The texts of numbers between two limits. Every one of them, read as a double, keeps the limits. */
import type { Language, Languages } from "./languages.js";
import type { Bound, NumberSchema } from "./schema.js";

/** So many digits a double keeps apart (DBL_DIG of C's float.h). */
const exactDigits = 15;
const mostFractionDigits = 10;
/** What limits may be: beyond, neighbouring whole numbers are the same double. */
export const largestLimit = 10 ** exactDigits - 1;

/**
 * Whole numbers where the schema says so, else up to 10 digits behind the point; no exponent, no "-0".
 *
 * Limits are at most `largestLimit` away from 0.
 */
export function numberLanguage(languages: Languages, { isInteger, low, high, divisors }: NumberSchema): Language {
  const isWhole = isInteger || divisors.length > 0;
  const texts = new NumberTexts(languages, isWhole ? 0 : fractionDigits(low, high));
  const multiples = divisors.map((divisor) => languages.multiples(divisor));
  const positive = languages.both(texts.atLeast(low), texts.atMost(high), ...multiples);
  const nonZero = texts.atLeast({ value: 0, isExclusive: true });
  const negative = languages.both(texts.atMost(mirrored(low)), texts.atLeast(mirrored(high)), nonZero, ...multiples);
  return languages.either(positive, languages.sequence(languages.text("-"), negative));
}

/** Digits behind the point that keep every text of the range apart from a limit that is excluded. */
function fractionDigits(...bounds: readonly (Bound | undefined)[]): number {
  const whole = bounds.map((bound) => (bound?.isExclusive ? Math.trunc(Math.abs(bound.value)).toString().length : 0));
  return Math.max(1, Math.min(mostFractionDigits, exactDigits - Math.max(...whole)));
}

const mirrored = (bound: Bound | undefined): Bound | undefined => bound && { ...bound, value: -bound.value };

/** Texts of numbers from 0 up. */
class NumberTexts {
  readonly #languages: Languages;
  readonly #fraction: Language;
  readonly #all: Language;

  constructor(languages: Languages, mostDigits: number) {
    this.#languages = languages;
    const fraction = languages.sequence(languages.text("."), this.#digits(1, mostDigits));
    this.#fraction = mostDigits === 0 ? languages.blank : languages.either(languages.blank, fraction);
    const whole = languages.sequence(this.#between(1, 9), this.#digits(0, exactDigits - 1));
    this.#all = languages.sequence(languages.either(languages.text("0"), whole), this.#fraction);
  }

  atLeast(bound: Bound | undefined): Language {
    if (bound === undefined || bound.value < 0) return this.#all;
    if (bound.value > largestLimit) return this.#languages.none;
    const [whole, fraction] = decimalsOf(bound.value);
    const longer = this.#digits(whole.length + 1, exactDigits);
    const above = this.#languages.either(longer, this.#sameLength(whole, "above"));
    return this.#withFraction(above, whole, this.#fractionAtLeast(fraction, bound.isExclusive));
  }

  atMost(bound: Bound | undefined): Language {
    if (bound === undefined || bound.value > largestLimit) return this.#all;
    if (bound.value < 0) return this.#languages.none;
    const [whole, fraction] = decimalsOf(bound.value);
    const shorter = this.#digits(1, whole.length - 1);
    const below = this.#languages.either(shorter, this.#sameLength(whole, "below"));
    return this.#withFraction(below, whole, this.#fractionAtMost(fraction, bound.isExclusive));
  }

  #withFraction(others: Language, whole: string, fraction: Language): Language {
    const languages = this.#languages;
    return languages.both(
      this.#all,
      languages.either(languages.sequence(others, this.#fraction), languages.sequence(languages.text(whole), fraction)),
    );
  }

  /** Digits that are more, or less, than these and as many. */
  #sameLength(digits: string, side: "above" | "below"): Language {
    if (digits === "") return this.#languages.none;
    const first = Number(digits[0]);
    const other = side === "above" ? this.#between(first + 1, 9) : this.#between(0, first - 1);
    const languages = this.#languages;
    return languages.either(
      languages.sequence(other, this.#digits(digits.length - 1, digits.length - 1)),
      languages.sequence(this.#between(first, first), this.#sameLength(digits.slice(1), side)),
    );
  }

  #fractionAtLeast(digits: string, isExclusive: boolean): Language {
    const languages = this.#languages;
    const enough = languages.sequence(languages.text("."), this.#digitsAtLeast(digits, isExclusive));
    return digits === "" && !isExclusive ? languages.either(languages.blank, enough) : enough;
  }

  #digitsAtLeast(digits: string, isExclusive: boolean): Language {
    const languages = this.#languages;
    const any = this.#digits(0, Infinity);
    if (digits === "") return isExclusive ? languages.sequence(any, this.#between(1, 9), any) : any;
    const first = Number(digits[0]);
    return languages.either(
      languages.sequence(this.#between(first + 1, 9), any),
      languages.sequence(this.#between(first, first), this.#digitsAtLeast(digits.slice(1), isExclusive)),
    );
  }

  #fractionAtMost(digits: string, isExclusive: boolean): Language {
    const languages = this.#languages;
    if (digits === "" && isExclusive) return languages.none;
    return languages.either(
      languages.blank,
      languages.sequence(languages.text("."), this.#digitsAtMost(digits, isExclusive)),
    );
  }

  #digitsAtMost(digits: string, isExclusive: boolean): Language {
    const languages = this.#languages;
    if (digits === "") return isExclusive ? languages.none : languages.many(this.#between(0, 0), 0, Infinity);
    const first = Number(digits[0]);
    const shorter = digits.length > 1 ? languages.blank : languages.none;
    const rest = languages.either(shorter, this.#digitsAtMost(digits.slice(1), isExclusive));
    return languages.either(
      languages.sequence(this.#between(0, first - 1), this.#digits(0, Infinity)),
      languages.sequence(this.#between(first, first), rest),
    );
  }

  #digits(least: number, most: number): Language {
    return most < least ? this.#languages.none : this.#languages.many(this.#between(0, 9), least, most);
  }

  #between(low: number, high: number): Language {
    return this.#languages.characters(low > high ? [] : [[0x30 + low, 0x30 + high]]);
  }
}

/** Digits before the point and behind it. */
function decimalsOf(value: number): readonly [whole: string, fraction: string] {
  const [digits = "", exponent = "0"] = String(value).split("e-");
  const [whole = "", fraction = ""] = digits.split(".");
  if (exponent === "0") return [whole, fraction];
  return ["0", "0".repeat(Number(exponent) - 1) + whole + fraction];
}
