/** What is remembered of a kernel's past: enough for a day of work, and bounded. */

/** Cells: some 3 MB of headers at most. */
const mostEntries = 10_000;

/** A map that forgets the entry that was set the longest ago when there are too many. */
export class YoungestEntries<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #most: number;

  constructor(most = mostEntries) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
