/** The tokens of one key: what is used, what is set aside for requests that run, and what is left. */

export class TokenAccount {
  readonly #most: number | null;
  readonly #setAside = new Map<object, number>();
  #settled = 0;

  /** `most` null: nothing is ever refused, and everything is counted. */
  constructor(most: number | null) {
    this.#most = most;
  }

  /** Tokens of requests that are over. */
  get settled(): number {
    return this.#settled;
  }

  /** True while a request holds tokens: its end comes by what it was granted. */
  get isHeld(): boolean {
    return this.#setAside.size > 0;
  }

  /** Tokens that a new request may have, its prompt included; Infinity where there is no limit. */
  get left(): number {
    if (this.#most === null) return Number.POSITIVE_INFINITY;
    let held = 0;
    for (const tokens of this.#setAside.values()) held += tokens;
    return Math.max(0, this.#most - this.#settled - held);
  }

  /** Holds the prompt and up to `wanted` new tokens; returns the new ones, or 0 when not even one fits. */
  hold(request: object, promptTokens: number, wanted: number): number {
    const granted = Math.min(wanted, this.left - promptTokens);
    if (granted < 1) return 0;
    this.#setAside.set(request, promptTokens + granted);
    return granted;
  }

  /** Counts what the request used instead of what it held. Does nothing for one that holds nothing. */
  settle(request: object, usedTokens: number): void {
    if (this.#setAside.delete(request)) this.#settled += usedTokens;
  }
}
