/** What a person types, line by line, as turns of a chat: a turn may have several lines. Pure. */

/** Begins and ends a turn of several lines. */
const fence = '"""';

export class TurnReader {
  #lines: string[] = [];
  #isFenced = false;

  /** True while a turn has begun and is not over. */
  get isOpen(): boolean {
    return this.#isFenced || this.#lines.length > 0;
  }

  /** The turn that this line completes; undefined while it goes on. */
  take(line: string): string | undefined {
    if (this.#isFenced) return this.#takeFenced(line);
    if (this.#lines.length === 0 && line.trimStart().startsWith(fence)) {
      this.#isFenced = true;
      const rest = line.trimStart().slice(fence.length);
      return rest === "" ? undefined : this.#takeFenced(rest);
    }
    // one backslash goes on, two are one
    const isContinued = /(^|[^\\])(\\\\)*\\$/.test(line);
    this.#lines.push(isContinued ? line.slice(0, -1) : line);
    return isContinued ? undefined : this.end();
  }

  /** What there is of a turn that has begun; undefined when none has. */
  end(): string | undefined {
    const text = this.isOpen ? this.#lines.join("\n") : undefined;
    this.drop();
    return text;
  }

  /** Forgets a turn that has begun. */
  drop(): void {
    this.#lines = [];
    this.#isFenced = false;
  }

  #takeFenced(line: string): string | undefined {
    const isLast = line.trimEnd().endsWith(fence);
    const text = isLast ? line.trimEnd().slice(0, -fence.length) : line;
    if (!isLast || text !== "") this.#lines.push(text);
    return isLast ? this.end() : undefined;
  }
}
