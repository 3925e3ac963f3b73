/** Lines of Markdown outside of blocks of code, written so that nothing in them is HTML, fetches or runs anything. */

/** A character as text, whatever stands around it. */
const entity = (character: string): string => `&#${character.codePointAt(0)};`;

/** Text that is to be read as it is: nothing in it is Markdown. Lines are kept. */
export const plainInMarkdown = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N} \n]/gu, entity)
    .replaceAll("\n", "<br>")
    .replace(/^ | (?= )/g, "&nbsp;");

/** What begins a tag, a comment or an instruction in HTML. */
const tagStart = /^<[A-Za-z/!?]/;

/** Where a link may lead: to the web or into a letter. Anything else is no link here. */
const linkTarget = /^\]\(\s*(?:https?:\/\/|mailto:)[^\s<>]/i;

/** What code may contain where a table could cut it into pieces. */
const isRiskyCode = (code: string): boolean => /<[A-Za-z/!?]|\][(:]|\$|&/.test(code);

/** Commands of formulas that reach out of them. */
const strangeCommand = /^\\(?:href|url|require|style|class|cssId|unicode|includegraphics|data)(?![A-Za-z])/;

/** One line after the other: a formula may take several. */
export class LineWriter {
  /** Within a formula of lines of its own. */
  #isMath = false;

  /** The line as it is to stand; it keeps its end before `next` where that goes on with text. */
  write(line: string, next: string): string {
    if (line.trim() === "") {
      this.#isMath = false; // a formula ends at a blank line at the latest
      return "";
    }
    const isIndented = /^(?: {4}|\t)/.test(line);
    const written = this.#inline(line.trimEnd(), isIndented);
    return !this.#isMath && keepsEnd(line, next) ? `${written}  ` : written;
  }

  #inline(line: string, isIndented: boolean): string {
    let written = "";
    let at = 0;
    while (at < line.length) {
      const [piece, length] = this.#isMath ? this.#inMath(line, at) : this.#inText(line, at, isIndented);
      written += piece;
      at += length;
    }
    return written;
  }

  /** A piece as it is to be written, and how many characters of the line it is. */
  #inText(line: string, at: number, isIndented: boolean): readonly [string, number] {
    const rest = line.slice(at);
    const character = rest.charAt(0);
    if (character === "\\") return this.#backslash(rest);
    if (character === "`") return codeSpan(rest);
    if (character === "$") return this.#dollar(line, at);
    // in an indented line it may be code, where an entity would be seen; a joint of no width is seen nowhere
    if (tagStart.test(rest)) return [isIndented ? "<\u200b" : "&lt;", 1];
    if (rest.startsWith("![")) return ["\\!", 1];
    if (rest.startsWith("](") && !linkTarget.test(rest)) return [`]${entity("(")}`, 2];
    if (rest.startsWith("]:")) return [`]${entity(":")}`, 2];
    return [character, 1];
  }

  #backslash(rest: string): readonly [string, number] {
    const two = rest.slice(0, 2);
    if (two === "\\[" || two === "\\]") return this.#blockMath(2);
    const [formula, inside = ""] = /^\\\(\s*(\S(?:[^`$]*?\S)?)\s*\\\)/.exec(rest) ?? [];
    if (formula !== undefined) return [`$${apart(inside)}$`, formula.length];
    if (strangeCommand.test(rest)) return [entity("\\"), 1];
    if (two === "\\<") return ["&lt;", 2];
    return /^\\[!-/:-@[-`{-~]/.test(two) ? [two, 2] : ["\\", 1];
  }

  #dollar(line: string, at: number): readonly [string, number] {
    if (line.startsWith("$$", at)) return this.#blockMath(2);
    // as Pandoc has it: no blank inside at the ends, no digit behind. Prices are no formulas
    const [formula] = /^\$(?=\S)(?:[^$`\\]|\\.)*?(?<=\S)\$(?!\d)/.exec(line.slice(at)) ?? [];
    return formula === undefined ? ["\\$", 1] : [apart(formula), formula.length];
  }

  #blockMath(length: number): readonly [string, number] {
    this.#isMath = !this.#isMath;
    return ["$$", length];
  }

  #inMath(line: string, at: number): readonly [string, number] {
    const rest = line.slice(at);
    if (rest.startsWith("$$") || rest.startsWith("\\]")) return this.#blockMath(2);
    if (strangeCommand.test(rest)) return ["", 1];
    if (rest.startsWith("`")) return ["'", 1];
    if (rest.startsWith("\\\\")) return ["\\\\", 2];
    const two = rest.slice(0, 2);
    const isRisky = apart(two) !== two;
    return isRisky ? [`${two.charAt(0)} `, 1] : [rest.charAt(0), 1];
  }
}

/** A formula does not mind a blank, and with one between them these are neither tag nor link anywhere. */
const apart = (formula: string): string =>
  formula
    .replace(/<(?=[A-Za-z/!?])/g, "< ")
    .replace(/\](?=[(:])/g, "] ")
    .replace(/!(?=\[)/g, "! ")
    .replace(new RegExp(strangeCommand.source.slice(1), "g"), "");

/** Code within a line, if it ends there; the backticks as text if it does not. */
function codeSpan(rest: string): readonly [string, number] {
  const run = /^`+/.exec(rest)?.[0] ?? "`";
  const end = [...rest.slice(run.length).matchAll(/`+/g)].find(([other]) => other.length === run.length);
  if (end === undefined) return [run.replaceAll("`", entity("`")), run.length];
  const code = rest.slice(run.length, run.length + end.index);
  const length = code.length + 2 * run.length;
  const bare = code.replace(/^ (.*\S.*) $/, "$1");
  return [isRiskyCode(code) ? `<code>${plainInMarkdown(bare)}</code>` : run + code + run, length];
}

/** Text, and neither list, table, heading nor rule. */
const isText = (line: string): boolean =>
  !/^\s*(?:$|[|#>]|[-+*]\s|\d{1,9}[.)]\s|(?:-{2,}|={2,}|\*{3,}|_{3,}|`{3,}|~{3,})\s*)/.test(line);

/** Markdown would join the two lines; what a model wrote on two lines stays on two. */
const keepsEnd = (line: string, next: string): boolean =>
  !/^\s*(?:[|#]|\$\$|\\[[\]]|[-=*_]{3,}\s*$)/.test(line) && isText(next);
