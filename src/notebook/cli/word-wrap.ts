/** Text that comes in pieces, broken between words at the edge of the terminal. Code between ``` stays as it is. */
import { characterWidth } from "./text-width.js";

export class WordWrap {
  readonly #columns: () => number;
  #column = 0;
  #blanks = "";
  #word = "";
  #wordWidth = 0;
  /** True within a word that does not fit a line. */
  #isLong = false;
  /** What stands in the line so far, as much of it as says whether code begins or ends. */
  #begin = "";
  #isCode = false;

  /** `columns` is asked at every word: a window may become another size. Infinity breaks nothing. */
  constructor(columns: () => number) {
    this.#columns = columns;
  }

  /** What is to be written now; the last word is kept until it is whole. */
  take(text: string): string {
    let out = "";
    for (const character of text) out += this.#add(character);
    return out;
  }

  /** What was kept. The next text begins a line of its own. */
  end(): string {
    const out = this.#flush();
    this.#startLine();
    this.#isCode = false;
    return out;
  }

  #add(character: string): string {
    if (character === "\n") return this.#endLine();
    if (this.#begin.length < 3) this.#begin = (this.#begin + character).trimStart();
    if (this.#isCode) return character;
    if (character === " " || character === "\t") {
      const out = this.#flush();
      this.#isLong = false;
      this.#blanks += character;
      return out;
    }
    this.#word += character;
    this.#wordWidth += characterWidth(character);
    // writings without blanks break anywhere; a word that fills a line is written as it comes
    if (characterWidth(character) === 2) return this.#flush();
    if (this.#wordWidth < this.#columns() && !this.#isLong) return "";
    const out = this.#flush();
    // the terminal breaks it itself, so that an address can be copied whole
    this.#isLong = true;
    return out;
  }

  #endLine(): string {
    const out = `${this.#flush()}${this.#isCode ? "" : this.#blanks}\n`;
    if (this.#begin === "```") this.#isCode = !this.#isCode;
    this.#startLine();
    return out;
  }

  #startLine(): void {
    this.#column = 0;
    this.#blanks = "";
    this.#begin = "";
    this.#isLong = false;
  }

  #flush(): string {
    if (this.#word === "") return "";
    const blanksWidth = this.#blanks === "" ? 0 : [...this.#blanks].length;
    const isBroken =
      !this.#isLong && this.#column > 0 && this.#column + blanksWidth + this.#wordWidth > this.#columns();
    const out = isBroken ? `\n${this.#word}` : `${this.#blanks}${this.#word}`;
    const column = isBroken ? this.#wordWidth : this.#column + blanksWidth + this.#wordWidth;
    this.#column = this.#isLong ? column % this.#columns() : column;
    this.#blanks = "";
    this.#word = "";
    this.#wordWidth = 0;
    return out;
  }
}
