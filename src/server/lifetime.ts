/**
 * When a server without a holder ends by itself.
 *
 * A kernel holds the server through one open connection; a client that works with it on this machine counts as well. When
 * the last is gone, the server lingers, so that a restarted kernel finds it again, and then stops. Visitors of the
 * published lab do not keep it: when the time is over, what runs has some seconds to finish and nothing new of theirs
 * begins.
 */
import { lifetimeStep } from "./lifetime/lifetime-plan.js";

export interface LifetimeOptions {
  /** Seconds; "off" never ends. */
  readonly linger: number | "off";
  /** True while a request runs or waits: the server does not end then. */
  readonly isBusy: () => boolean;
  /** Called once, when the time is over. */
  readonly onOver: () => void;
}

export class Lifetime {
  readonly #options: LifetimeOptions;
  #holders = 0;
  #atWork = 0;
  /** By the monotonic clock: a clock that is put forward ends no lab. */
  #leftAtMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isLeaving = false;
  #isOver = false;

  /** The time begins to run at once: the program that started the server may have ended already. */
  constructor(options: LifetimeOptions) {
    this.#options = options;
    // not at once: the caller has not got this object yet
    if (options.linger !== "off") this.#timer = setTimeout(() => this.#look());
  }

  get holders(): number {
    return this.#holders;
  }

  /** True once the owner's time is over: strangers get nothing new. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Keeps the server until the returned function is called; calling that again does nothing. */
  hold(): () => void {
    this.#holders += 1;
    this.#look();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      this.#leave();
    };
  }

  /**
   * The owner's side has begun a request. The returned function ends it: `counted` is false for one that was refused,
   * which is no sign of an owner.
   */
  work(): (counted: boolean) => void {
    this.#atWork += 1;
    return (counted) => {
      this.#atWork -= 1;
      if (counted) this.#leave();
      else this.#look();
    };
  }

  /** Nothing happens any more. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #leave(): void {
    this.#leftAtMs = performance.now();
    this.#look();
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    const { linger, isBusy, onOver } = this.#options;
    const isPresent = this.#holders > 0 || this.#atWork > 0;
    const step = lifetimeStep({
      isPresent,
      absentMs: performance.now() - this.#leftAtMs,
      lingerMs: linger === "off" ? "off" : linger * 1000,
      isBusy: isBusy(),
    });
    this.#isLeaving = step.kind !== "stay";
    if (step.kind === "end") {
      this.#isOver = true;
      onOver();
    } else if (!isPresent && linger !== "off") {
      this.#timer = setTimeout(() => this.#look(), step.lookAgainMs);
    }
  }
}
