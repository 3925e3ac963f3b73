/**
 * When a server that nobody holds ends by itself.
 *
 * A kernel holds the server through one open connection. When the last one is gone and the last request has ended,
 * the server lingers, so that a restarted kernel finds it again, and then stops.
 */
export interface LifetimeOptions {
  /** Seconds; "off" never ends. */
  readonly linger: number | "off";
  /** True while a request runs or waits: the server does not end then. */
  readonly isBusy: () => boolean;
  /** Called once, when the time is over. */
  readonly onOver: () => void;
}

/** A busy server is asked again after this, in milliseconds. */
const busyPauseMs = 1000;

export class Lifetime {
  #options: LifetimeOptions;
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** The time begins to run at once: whoever started the server may be gone already. */
  constructor(options: LifetimeOptions) {
    this.#options = options;
    this.#wait();
  }

  get holders(): number {
    return this.#holders;
  }

  /** Keeps the server until the returned function is called; calling that again does nothing. */
  hold(): () => void {
    this.#holders += 1;
    clearTimeout(this.#timer);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#wait();
    };
  }

  /** Nothing happens any more. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const { linger } = this.#options;
    if (linger === "off" || this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), linger * 1000);
  }

  #check(): void {
    if (this.#holders > 0 || this.#isOver) return;
    if (this.#options.isBusy()) {
      this.#timer = setTimeout(() => (this.#options.isBusy() ? this.#check() : this.#wait()), busyPauseMs);
      return;
    }
    this.#isOver = true;
    this.#options.onOver();
  }
}
