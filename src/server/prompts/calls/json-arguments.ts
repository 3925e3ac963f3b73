import type { ArgumentsReader, ReadArguments } from "./arguments-reader.js";

/** Arguments that are written as JSON of an object: they come out exactly as they are written. */
export class JsonArguments implements ArgumentsReader {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  push(piece: string): ReadArguments {
    for (let at = 0; at < piece.length; at += 1) {
      if (this.#ends(piece[at] as string)) return { json: piece.slice(0, at + 1), rest: piece.slice(at + 1) };
    }
    return { json: piece };
  }

  /** True when this unit ends the object. */
  #ends(unit: string): boolean {
    if (this.#isInText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (unit === "\\") this.#isEscaped = true;
      else if (unit === '"') this.#isInText = false;
      return false;
    }
    if (unit === '"') this.#isInText = true;
    else if (unit === "{" || unit === "[") this.#depth += 1;
    else if (unit === "}" || unit === "]") this.#depth -= 1;
    return this.#depth <= 0;
  }
}
