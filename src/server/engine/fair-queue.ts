/** A bounded first-come-first-served line in which everyone knows their place. */

export class WaitingLine<Item> {
  readonly capacity: number;
  #items: Item[] = [];

  /** `capacity` is the most items that may wait, 0 or more. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#items.length;
  }

  /** True when one more would be one too many. */
  get isFull(): boolean {
    return this.#items.length >= this.capacity;
  }

  /** Puts the item at the end, whatever the capacity: ask `isFull` first. */
  join(item: Item): void {
    this.#items.push(item);
  }

  /** Takes the first one out; undefined when nobody waits. */
  next(): Item | undefined {
    return this.#items.shift();
  }

  /** Takes this one out, wherever it stands; false when it is not in the line. */
  leave(item: Item): boolean {
    const place = this.#items.indexOf(item);
    if (place >= 0) this.#items.splice(place, 1);
    return place >= 0;
  }

  /** 1 is next; null when not in the line. */
  position(item: Item): number | null {
    const place = this.#items.indexOf(item);
    return place < 0 ? null : place + 1;
  }

  /** Empties the line and returns who stood in it, in order. */
  clear(): Item[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }
}
