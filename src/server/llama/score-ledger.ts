import type { TokenScore } from "../engine/result.js";

/** Tokens that stand for a part of the text together: those of one character that took several, or a single one. */
interface Entry {
  readonly scores: readonly TokenScore[];
  /** Characters of the answer in front of its text, and with it. */
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps the scores of tokens until their text is handed out: text that is held back, or taken off with a stop text, takes its
 * tokens with it. So the tokens told are those of the text told; one that reaches into a stop text is told whole.
 */
export class ScoreLedger {
  #unfinished: TokenScore[] = [];
  #entries: Entry[] = [];
  #made = 0;
  #given = 0;

  /** A token of the answer, and how many characters became readable with it: 0 within a character. */
  made(score: TokenScore, characters: number): void {
    this.#unfinished.push(score);
    if (characters === 0) return;
    this.#entries.push({ scores: this.#unfinished, start: this.#made, end: this.#made + characters });
    this.#unfinished = [];
    this.#made += characters;
  }

  /** Whether anything of the answer was handed out. */
  get hasBegun(): boolean {
    return this.#given > 0;
  }

  /** So many more characters of the answer are handed out: the scores that go with them. */
  given(characters: number): readonly TokenScore[] {
    this.#given += characters;
    return this.#take(({ end }) => end <= this.#given);
  }

  /** Nothing more is handed out: the scores of tokens that were handed out in part. */
  rest(): readonly TokenScore[] {
    return this.#take(({ start }) => start < this.#given);
  }

  #take(isDue: (entry: Entry) => boolean): readonly TokenScore[] {
    const count = this.#entries.findIndex((entry) => !isDue(entry));
    return this.#entries.splice(0, count < 0 ? this.#entries.length : count).flatMap(({ scores }) => scores);
  }
}
