/** Keeps the cards of a lab up to date, once a second at most, until the lab stops. */

import type { LabSnapshot } from "../client/lab-snapshot.js";
import { inKernel } from "../kernel/kernel.js";
import { type LabFace, labView } from "./lab-view.js";
import { LiveOutput } from "./live-output.js";

/** Cards that are kept up to date; older ones keep their last state. */
const liveCards = 4;
/** Looks without an answer after which a lab counts as not answering. */
const lostAfter = 3;

export interface Pace {
  /** Milliseconds between two looks. */
  readonly pauseMs: number;
  /** Looks after which the cards rest until one is shown again: a tunnel counts every request. */
  readonly looks: number;
}

export const localPace: Pace = { pauseMs: 1000, looks: Number.POSITIVE_INFINITY };
export const remotePace: Pace = { pauseMs: 5000, looks: 120 };

export class LabCards {
  readonly #face: () => LabFace;
  readonly #look: () => Promise<LabSnapshot>;
  readonly #pace: Pace;
  #outputs: LiveOutput[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looksLeft = 0;
  #misses = 0;

  /** `look` brings the lab's own snapshot up to date; `face` is what there is to show. */
  constructor(face: () => LabFace, look: () => Promise<LabSnapshot>, pace: Pace) {
    this.#face = face;
    this.#look = look;
    this.#pace = pace;
  }

  /** A card in the running cell, in an output that is there already if one is given. */
  present(given?: LiveOutput): void {
    const output = given ?? LiveOutput.open(labView(this.#face()).html());
    if (!output) return;
    given?.update(() => labView(this.#face()).html());
    this.#outputs = [...this.#outputs, output].slice(-liveCards);
    this.#looksLeft = this.#pace.looks;
    this.#misses = 0;
    if (this.#face().snapshot.contact !== "stopped") this.#lookSoon();
  }

  /** Shows the state as it is known now, at once. */
  refresh(): void {
    for (const output of this.#outputs) output.end(labView(this.#face()).html());
  }

  /** Shows the last state, and looks no more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#looksLeft = 0;
    for (const output of this.#outputs) output.end(labView(this.#face()).html());
    this.#outputs = [];
  }

  #lookSoon(): void {
    if (this.#timer || this.#looksLeft <= 0) return;
    this.#looksLeft -= 1;
    this.#timer = setTimeout(() => void this.#lookNow(), this.#pace.pauseMs);
    if (inKernel()) this.#timer.unref();
  }

  async #lookNow(): Promise<void> {
    const { contact } = await this.#look().catch((): { contact: "missed" } => ({ contact: "missed" }));
    this.#timer = undefined;
    this.#misses = contact === "missed" ? this.#misses + 1 : 0;
    if (contact === "stopped" || this.#outputs.length === 0) return;
    this.refresh();
    if (this.#misses < lostAfter) this.#lookSoon();
  }
}
