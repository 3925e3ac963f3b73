import { idHole, nameLetters, numberHole } from "./call-form.js";

/** Stands in a pattern for a tool's name. */
export const nameHole = "\uE5AC";
/** Stands in a pattern for a parameter's name. */
export const keyHole = "\uE5AD";

/** What a pattern makes of the beginning of a text. `more`: it may fit once more of the text is known. */
export type PatternMatch =
  | { readonly kind: "fits"; readonly length: number; readonly name: string }
  | { readonly kind: "more" }
  | { readonly kind: "differs" };

/** A text with holes in it that is looked for while it is still being written. */
export class TextPattern {
  readonly #whole: RegExp;
  readonly #begun: RegExp;

  /** Runs of blanks in `text` stand for any blanks, as does its beginning; behind it must come one of the letters of `followed`. */
  constructor(text: string, followed = "") {
    const units = onceBlank(["\\s*", ...unitsOf(text), ...(followed === "" ? [] : ["\\s*"])]);
    this.#whole = new RegExp(`^${units.join("")}${followed === "" ? "" : `(?=[${quoted(followed)}])`}`, "u");
    const partial = units.reduceRight((rest, unit) => `(?:${unit}${rest})?`, "");
    this.#begun = new RegExp(`^${partial}$`, "u");
  }

  match(text: string): PatternMatch {
    const found = this.#whole.exec(text);
    if (found !== null) return { kind: "fits", length: found[0].length, name: found.groups?.name ?? "" };
    return { kind: this.#begun.test(text) ? "more" : "differs" };
  }
}

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Never two in a row: each would try every share of the blanks. */
const onceBlank = (units: readonly string[]): string[] =>
  units.filter((unit, index) => unit !== "\\s*" || units[index - 1] !== "\\s*");

function unitsOf(text: string): string[] {
  return (text.match(/\s+|[\s\S]/gu) ?? []).flatMap((unit) => {
    if (/[{}[\]:,]/.test(unit)) return ["\\s*", quoted(unit), "\\s*"];
    if (unit === nameHole) return `(?<name>${nameLetters}{1,64})`;
    if (unit === keyHole) return '"?(?<name>[^<>"\n]{1,128}?)"?';
    if (unit === idHole) return "[\\w-]{0,64}";
    if (unit === numberHole) return "\\d{0,4}";
    return /\s/.test(unit) ? "\\s*" : quoted(unit);
  });
}
