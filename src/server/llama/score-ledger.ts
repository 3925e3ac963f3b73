import type { TokenScore } from "../engine/result.js";

/** Tokens that stand for a part of the text together: those of one character that took several, or a single one. */
interface Entry {
  readonly scores: readonly TokenScore[];
  readonly text: string;
  /** Some of its text is text of the answer. */
  isOfAnswer: boolean;
}

/**
 * Keeps the scores of tokens until it is known what their text is: of the answer, of a thought, of the frame around one, or
 * of a stop text. So the tokens told are those of the text told; one that reaches into something else is told whole.
 */
export class ScoreLedger {
  #unfinished: TokenScore[] = [];
  #entries: Entry[] = [];
  /** Characters of the first entries' text that were settled already. */
  #settled = 0;

  /** A token, and what became readable with it: "" within a character. */
  made(score: TokenScore, text: string): void {
    this.#unfinished.push(score);
    if (text === "") return;
    this.#entries.push({ scores: this.#unfinished, text, isOfAnswer: false });
    this.#unfinished = [];
  }

  /**
   * `given` was handed out as text of the answer; the last `held` characters wait to be told apart, and all others are known
   * now. Returns the scores that go with it. `isOver`: a stop text follows what was given.
   */
  settle(given: string, held: number, isOver = false): readonly TokenScore[] {
    const waiting = this.#entries.map(({ text }) => text).join("");
    const end = Math.max(this.#settled, waiting.length - held);
    const known = waiting.slice(this.#settled, end);
    const at = this.#settled + placeOf(given, known, isOver);
    if (given !== "") this.#mark(at, at + given.length);
    this.#settled = end;
    return this.#takeSettled();
  }

  /** Nothing more is handed out: the scores of tokens that were handed out in part. */
  rest(): readonly TokenScore[] {
    return this.#entries.splice(0).flatMap(({ scores, isOfAnswer }) => (isOfAnswer ? scores : []));
  }

  #mark(from: number, to: number): void {
    let start = 0;
    for (const entry of this.#entries) {
      const end = start + entry.text.length;
      if (start < to && end > from) entry.isOfAnswer = true;
      start = end;
    }
  }

  #takeSettled(): readonly TokenScore[] {
    const told: TokenScore[] = [];
    for (let first = this.#entries[0]; first !== undefined; first = this.#entries[0]) {
      if (first.text.length > this.#settled) break;
      if (first.isOfAnswer) told.push(...first.scores);
      this.#settled -= first.text.length;
      this.#entries.shift();
    }
    return told;
  }
}

/** Where in `known` the answer's text is: behind a frame, or in front of a stop text. Blanks of its own make it as good as all. */
function placeOf(given: string, known: string, isOver: boolean): number {
  if (!isOver && known.endsWith(given)) return known.length - given.length;
  return Math.max(0, known.indexOf(given));
}
