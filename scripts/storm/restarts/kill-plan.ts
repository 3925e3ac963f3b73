/** When a server is killed and how many are started after it, drawn from a seed. Pure: nothing here waits or kills. */
import { randomNumbers } from "../../models/random-blocks.js";

/** What a server is doing when it is killed. */
export const phases = ["start", "load", "generate", "publish", "end"] as const;
export type Phase = (typeof phases)[number];

export interface Round {
  /** Servers started at the same moment under the same name, 1 to 3. */
  readonly rivals: number;
  readonly phase: Phase;
  /** Milliseconds from the beginning of the phase to the kill. */
  readonly afterMs: number;
  /** True: its children are stopped right before, so that they cannot end by themselves. */
  readonly freezes: boolean;
}

/** Longest wait in each phase, in milliseconds: about as long as it lasts on a calm machine, and somewhat more. */
const longestMs: Readonly<Record<Phase, number>> = { start: 2000, load: 800, generate: 1500, publish: 2500, end: 600 };

export class KillPlan {
  readonly #next: () => number;
  #order: Phase[] = [];

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  /** Every phase comes once before one comes again. */
  round(): Round {
    if (this.#order.length === 0) this.#order = this.#shuffled();
    const phase = this.#order.pop() as Phase;
    return {
      rivals: 1 + Math.floor(this.#share() * 3),
      phase,
      afterMs: Math.floor(this.#share() * longestMs[phase]),
      freezes: this.#share() < 0.5,
    };
  }

  #shuffled(): Phase[] {
    return phases
      .map((phase) => ({ phase, place: this.#share() }))
      .sort((one, other) => one.place - other.place)
      .map(({ phase }) => phase);
  }

  #share(): number {
    return this.#next() / 2 ** 32;
  }
}
