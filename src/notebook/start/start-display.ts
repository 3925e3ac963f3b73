/** What a cell shows while a lab starts: one card that becomes the lab's own, and a line for what is worth knowing. */

import { oneLine } from "../client/clean-text.js";
import { type Html, html } from "../displays/html.js";
import { LiveOutput } from "../displays/live-output.js";
import { aside, card, dot } from "../displays/parts.js";
import { displayMode, inKernel } from "../kernel/kernel.js";
import type { ConnectedLab } from "../lab/connected-lab.js";

export class StartDisplay {
  readonly #isWanted: boolean;
  readonly #began = performance.now();
  readonly #notes: string[] = [];
  #output: LiveOutput | undefined;
  #isTaken = false;

  constructor(isWanted: boolean) {
    this.#isWanted = isWanted;
  }

  /** What is being done, until the lab answers. */
  stage(words: string): void {
    if (!this.#isWanted || this.#isTaken) return;
    const view = () => card(html`<div>${dot("working")} <b>LocalLab</b> ${words} …</div>`, this.#noteLines());
    if (this.#output === undefined) this.#output = LiveOutput.open(view());
    else this.#output.update(view);
  }

  /** Something the person should know; it stays. */
  say(sentence: string): void {
    if (!this.#isWanted) return;
    this.#notes.push(sentence);
    if (displayMode() === "text" && inKernel()) process.stdout.write(`${oneLine(sentence, 500)}\n`);
  }

  /** The lab's own card takes over; it shows how far the model is. */
  handOver(lab: ConnectedLab): void {
    if (!this.#isWanted || this.#isTaken) return;
    this.#isTaken = true;
    lab.present(this.#output);
    // the card changes with the lab: what happened stands below it
    if (this.#notes.length > 0) LiveOutput.open(this.#noteLines());
  }

  /** The lab is ready. */
  end(lab: ConnectedLab): void {
    if (!this.#isWanted) return;
    this.handOver(lab);
    if (displayMode() === "text" && inKernel()) {
      process.stdout.write(
        `LocalLab is ready at ${lab.url} after ${((performance.now() - this.#began) / 1000).toFixed(1)} s.\n`,
      );
    }
  }

  /** It came to nothing; the error says the rest. Once the lab's own card is there, that says how the lab is. */
  fail(how: "failed" | "cancelled"): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    const words = how === "failed" ? "did not start" : "start given up";
    this.#output?.end(card(html`<div>${dot("bad")} <b>LocalLab</b> ${words}</div>`, this.#noteLines()));
  }

  #noteLines(): Html {
    return html`${this.#notes.map((note) => aside(oneLine(note, 500)))}`;
  }
}
