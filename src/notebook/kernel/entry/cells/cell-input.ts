/** Lines that a cell asks the person for. */
import type { InputPrompt, ToChannels } from "../channels/thread-messages.js";
import { currentCell } from "./cell.js";

interface Asked {
  readonly ask: number;
  resolve(line: string): void;
  reject(error: Error): void;
}

export class CellInput {
  readonly #post: (message: ToChannels) => void;
  #asks = 0;
  #open: Asked | undefined;
  /** One question at a time: front ends show one field. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(post: (message: ToChannels) => void) {
    this.#post = post;
  }

  /** Rejects with a sentence where nobody can be asked, and when the cell is interrupted. */
  ask(prompt: InputPrompt): Promise<string> {
    const cell = currentCell();
    const answer = this.#last.then(() => {
      if (cell === undefined || !cell.isRunning)
        throw new Error("input() asks only while its cell runs: await it in the cell.");
      if (!cell.request.allowsInput)
        throw new Error(
          "Nobody can be asked here: this notebook runs without a person. Write the value into the cell.",
        );
      return this.#ask(cell.id, prompt);
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** What the person typed. */
  answer(ask: number, line: string): void {
    if (this.#open?.ask !== ask) return;
    this.#open.resolve(line);
    this.#open = undefined;
  }

  /** The open question has nobody who waits for its answer any more. */
  interrupt(): void {
    this.#open?.reject(new Error("Interrupted while it waited for input."));
    this.#open = undefined;
  }

  #ask(cell: string, prompt: InputPrompt): Promise<string> {
    this.#asks += 1;
    const ask = this.#asks;
    return new Promise((resolve, reject) => {
      this.#open = { ask, resolve, reject };
      this.#post({ type: "askInput", cell, ask, prompt });
    });
  }
}
