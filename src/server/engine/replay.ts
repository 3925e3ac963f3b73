/** A list that grows until it ends, and that every reader reads from the start: a late reader misses nothing. */
export class Replay<Item> {
  readonly items: Item[] = [];
  #hasEnded = false;
  #readers: (() => void)[] = [];

  push(item: Item): void {
    this.items.push(item);
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  async *read(): AsyncGenerator<Item, void, void> {
    for (let next = 0; ; ) {
      const item = this.items[next];
      if (item !== undefined) {
        next += 1;
        yield item;
      } else if (this.#hasEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#readers.push(resolve));
      }
    }
  }

  #wake(): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const wake of readers) wake();
  }
}
