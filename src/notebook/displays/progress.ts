/** A bar in the cell for something that takes a while; the end only where there is no HTML. */
import { oneLine } from "../client/clean-text.js";
import { inKernel } from "../kernel/kernel.js";
import { LiveOutput } from "./live-output.js";
import { bar, line } from "./parts.js";
import { percentText } from "./units.js";
import type { View } from "./view.js";

export class Progress {
  readonly #label: string;
  readonly #output: LiveOutput | undefined;

  /** Shows an empty bar in the running cell. */
  constructor(label: string) {
    this.#label = label;
    this.#output = LiveOutput.open(this.#bar(0));
  }

  /** How far it is, 0 to 1. */
  update(share: number): void {
    this.#output?.update(() => this.#bar(share));
  }

  /** What stands in the bar's place afterwards. */
  end(view: View): void {
    if (this.#output) this.#output.end(view);
    else if (inKernel()) process.stdout.write(`${view.text()}\n`);
  }

  /** Replaces what `end` showed, where it can be replaced: what a cell wrote as text stays. */
  correct(view: View): void {
    this.#output?.end(view);
  }

  #bar(share: number): View {
    return {
      html: () => line(`${this.#label} `, bar(share)),
      text: () => oneLine(`${this.#label} ${percentText(share)}`, 200),
    };
  }
}
