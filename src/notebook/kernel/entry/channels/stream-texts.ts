/** Printed text on its way: collected while much is printed, in order, and at most so many messages a second. */

export interface StreamText {
  readonly cell: string;
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

/** Between two messages of printed text: 20 a second. */
const pauseMs = 50;

/** Texts that wait side by side before those of one stream are put together, out of order. */
const mostApart = 10;

export class StreamTexts {
  readonly #send: (text: StreamText) => void;
  #waiting: StreamText[] = [];
  #timer: NodeJS.Timeout | undefined;
  #freeAt = 0;

  constructor(send: (text: StreamText) => void) {
    this.#send = send;
  }

  /** Sends it at once when nothing was sent just now, else soon. */
  add(text: StreamText): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined && isSameStream(last, text))
      this.#waiting[this.#waiting.length - 1] = { ...text, text: last.text + text.text };
    else this.#waiting.push(text);
    if (this.#timer !== undefined) return;
    const pause = this.#freeAt - performance.now();
    if (pause <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), pause);
  }

  /** Sends what waits now: whatever is sent next was put out later. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const texts = this.#waiting.length > mostApart ? together(this.#waiting) : this.#waiting;
    this.#waiting = [];
    this.#freeAt = performance.now() + pauseMs;
    for (const text of texts) this.#send(text);
  }
}

const isSameStream = (one: StreamText, other: StreamText): boolean =>
  one.cell === other.cell && one.name === other.name;

function together(texts: readonly StreamText[]): StreamText[] {
  const streams = new Map<string, StreamText[]>();
  for (const text of texts) {
    const stream = `${text.name} ${text.cell}`;
    streams.set(stream, [...(streams.get(stream) ?? []), text]);
  }
  return [...streams.values()].map((parts) => ({ ...parts[0]!, text: parts.map(({ text }) => text).join("") }));
}
