/** The most new tokens of one request: known from the start, or only once its caller's budget was asked. */
export class TokenLimit {
  #most = Number.POSITIVE_INFINITY;
  #isKnown: boolean;
  #known: () => void = () => {};

  /** `isAwaited`: nothing is to be computed before `set` was called. */
  constructor(isAwaited: boolean) {
    this.#isKnown = !isAwaited;
  }

  /** True while nothing may be computed. */
  get isAwaited(): boolean {
    return !this.#isKnown;
  }

  get most(): number {
    return this.#most;
  }

  set(most: number): void {
    this.#most = most;
    this.#isKnown = true;
    this.#known();
  }

  /** Resolves once the limit is known, or the signal aborts. */
  async known(signal: AbortSignal): Promise<void> {
    if (this.#isKnown || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#known = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
