/** What a cell shows while a lab starts: one card that becomes the lab's own, and a line for what is worth knowing. */

import { oneLine } from "../client/clean-text.js";
import { html } from "../displays/html.js";
import { LiveOutput } from "../displays/live-output.js";
import { aside, card, dot, headline, line, type Tone } from "../displays/parts.js";
import { markShown } from "../displays/self-displaying.js";
import type { View } from "../displays/view.js";
import { displayMode, inKernel } from "../kernel/kernel.js";
import type { ConnectedLab } from "../lab/connected-lab.js";

export class StartDisplay {
  readonly #isWanted: boolean;
  readonly #name: string;
  readonly #began = performance.now();
  readonly #notes: string[] = [];
  #output: LiveOutput | undefined;
  #isTaken = false;

  /** `name` is what the lab is called. */
  constructor(isWanted: boolean, name = "LocalLab") {
    this.#isWanted = isWanted;
    this.#name = name;
  }

  /** What is being done, until the lab answers. */
  stage(words: string): void {
    if (!this.#isWanted || this.#isTaken) return;
    const view = this.#card("working", `${words} …`);
    if (this.#output === undefined) this.#output = LiveOutput.open(view);
    else this.#output.update(() => view);
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
    // a cell may end with what it started
    if (displayMode() === "html") markShown(lab);
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
    this.#output?.end(this.#card("bad", how === "failed" ? "did not start" : "start given up"));
  }

  #card(tone: Tone, words: string): View {
    const notes = [...this.#notes];
    return {
      html: () =>
        card(
          headline(html`${dot(tone)} <b>${oneLine(this.#name, 80)}</b> · ${words}`),
          notes.map((note) => aside(oneLine(note, 500))),
        ),
      text: () => [`${oneLine(this.#name, 80)} · ${words}`, ...notes.map((note) => oneLine(note, 500))].join("\n"),
    };
  }

  #noteLines(): View {
    const notes = this.#notes.map((note) => oneLine(note, 500));
    return { html: () => line(notes.map((note) => aside(note))), text: () => notes.join("\n") };
  }
}
