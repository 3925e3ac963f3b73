/** What a `StopMatcher` lets through of a text it was given. */
export interface StopMatch {
  /** Text that can no longer be part of a stop text. */
  readonly text: string;
  /** True once a stop text is complete; nothing after it counts. */
  readonly stopped: boolean;
  /** The stop text that is complete. */
  readonly stopText?: string;
}

/**
 * Finds stop texts in a text that comes in pieces of any size.
 *
 * Holds back the longest end of the text that a stop text could still begin with. The stop text that is
 * complete first ends it, the longest of them if several are, so the pieces' borders never change the outcome.
 */
export class StopMatcher {
  readonly #automata: readonly StopAutomaton[];
  #held = "";

  /** Empty stop texts are ignored. */
  constructor(stops: readonly string[]) {
    this.#automata = [...new Set(stops)].filter((stop) => stop !== "").map((stop) => new StopAutomaton(stop));
  }

  /** Characters that a stop text could still begin with. */
  get heldCharacters(): number {
    return this.#held.length;
  }

  push(piece: string): StopMatch {
    if (this.#automata.length === 0) return { text: piece, stopped: false };
    const text = this.#held + piece;
    for (let end = this.#held.length; end < text.length; end += 1) {
      const found = this.#advance(text[end] as string);
      if (found !== "") {
        this.#held = "";
        return { text: text.slice(0, end + 1 - found.length), stopped: true, stopText: found };
      }
    }
    const heldLength = Math.max(...this.#automata.map((automaton) => automaton.matched));
    this.#held = text.slice(text.length - heldLength);
    return { text: text.slice(0, text.length - heldLength), stopped: false };
  }

  /** What was held back, for the end of a text that no stop text ended. */
  flush(): string {
    const text = this.#held;
    this.#held = "";
    for (const automaton of this.#automata) automaton.matched = 0;
    return text;
  }

  /** The longest stop text that this unit completes; "" for none. */
  #advance(unit: string): string {
    let found = "";
    for (const automaton of this.#automata) {
      if (automaton.advance(unit) && automaton.pattern.length > found.length) found = automaton.pattern;
    }
    return found;
  }
}

/** Knuth, Morris, Pratt: how much of a pattern the text read so far ends with. */
class StopAutomaton {
  matched = 0;
  readonly pattern: string;
  readonly #fallback: Int32Array;

  constructor(pattern: string) {
    this.pattern = pattern;
    this.#fallback = new Int32Array(pattern.length);
    for (let at = 1; at < pattern.length; at += 1) {
      let length = this.#fallback[at - 1] as number;
      while (length > 0 && pattern[at] !== pattern[length]) length = this.#fallback[length - 1] as number;
      this.#fallback[at] = pattern[at] === pattern[length] ? length + 1 : 0;
    }
  }

  advance(unit: string): boolean {
    while (this.matched > 0 && this.pattern[this.matched] !== unit) {
      this.matched = this.#fallback[this.matched - 1] as number;
    }
    if (this.pattern[this.matched] === unit) this.matched += 1;
    return this.matched === this.pattern.length;
  }
}
