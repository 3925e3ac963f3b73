/** Keeps the cards of a lab up to date, once a second at most, until the lab stops. */

import type { LabSnapshot } from "../client/lab-snapshot.js";
import { cellMark, inKernel, isCellRunning } from "../kernel/kernel.js";
import { isOver, type LabFace, labLineView, labView, toldBy } from "./lab-view.js";
import { LiveOutput } from "./live-output.js";
import { snippets } from "./snippets.js";
import { usageView } from "./usage-view.js";
import { emptyView, type View } from "./view.js";

/** Cards that are kept up to date; older ones keep their last state, and say that they do. */
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

/** One card in a cell, and the fold below it: an output of its own, so that no change of the card closes it. */
interface Shown {
  readonly card: LiveOutput;
  readonly usage: LiveOutput | undefined;
}

export class LabCards {
  readonly #face: () => LabFace;
  readonly #look: () => Promise<LabSnapshot>;
  readonly #pace: Pace;
  #shown: Shown[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looksLeft = 0;
  #misses = 0;
  /** What the last card said when it was put into its cell: that is what a page shows that was loaded again. */
  #told: string | undefined;
  #toldIn: unknown;
  #changedIn: unknown;

  /** `look` brings the lab's own snapshot up to date; `face` is what there is to show. */
  constructor(face: () => LabFace, look: () => Promise<LabSnapshot>, pace: Pace) {
    this.#face = face;
    this.#look = look;
    this.#pace = pace;
  }

  /** A card in the running cell, in an output that is there already if one is given. */
  present(given?: LiveOutput): void {
    this.#looksLeft = this.#pace.looks;
    this.#misses = 0;
    const card = given ?? LiveOutput.open(this.#view());
    if (!card) return;
    // now: a cell that ends takes no output afterwards
    given?.end(this.#view());
    const isGone = isOver(this.#face().snapshot.contact);
    const usage = isGone ? undefined : LiveOutput.open(this.#usage());
    for (const old of this.#shown.slice(0, 1 - liveCards)) old.card.end(labView(this.#face(), false));
    this.#shown = [...this.#shown, { card, usage }].slice(-liveCards);
    this.#tell();
    if (!isGone) this.#lookSoon();
  }

  /**
   * Says how the lab is, in one line, where a card of an earlier cell said something else: a page that was loaded again
   * shows that card as it was saved. Nothing where no card was shown.
   */
  sayAnew(): void {
    const cell = cellMark();
    // what the cell did itself stands in its output
    if (
      this.#told === undefined ||
      this.#toldIn === cell ||
      this.#changedIn === cell ||
      this.#told === toldBy(this.#face())
    )
      return;
    LiveOutput.open(labLineView(this.#face()));
    this.#tell();
  }

  /** Shows the state as it is known now, at once: the running cell has changed it. */
  refresh(): void {
    this.#changedIn = cellMark();
    this.#showAll();
  }

  #showAll(): void {
    for (const { card } of this.#shown) card.end(this.#view());
    // a card is shown before its model is loaded: while its cell runs, the page is there to see the change
    if (this.#told !== undefined && isCellRunning(this.#toldIn)) this.#told = toldBy(this.#face());
  }

  /** Shows the last state, and looks no more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#looksLeft = 0;
    this.#showAll();
    for (const { usage } of this.#shown) usage?.end(emptyView);
    this.#shown = [];
  }

  /** Once nobody looks any more, the card says so. */
  #view(): View {
    return labView(this.#face(), this.#looksLeft > 0 && this.#misses < lostAfter);
  }

  #usage(): View {
    const { url, hasKey, name, snapshot } = this.#face();
    return usageView(snippets(url, hasKey, undefined, snapshot.model?.id), name);
  }

  #tell(): void {
    this.#told = toldBy(this.#face());
    this.#toldIn = cellMark();
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
    if ((contact !== "missed" && isOver(contact)) || this.#shown.length === 0) return;
    this.#showAll();
    if (this.#misses < lostAfter) this.#lookSoon();
  }
}
