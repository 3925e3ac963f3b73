/** A reply of a model: what a cell awaits, iterates or cancels, and what it gets. */
import type { StreamProgress } from "../../server/wire/frames.js";
import type { Health } from "../../server/wire/system.js";
import type { Answer } from "./answer.js";
import { type Ongoing, type OngoingOptions, OngoingWork } from "./ongoing.js";

/**
 * A reply under way. Await it for the `Answer`, or iterate it for the pieces as they come.
 *
 * It keeps every piece: a late reader misses nothing. Leaving a loop early cancels it, and so does
 * `cancel()` and, unless it was asked for with `background: true`, an interrupt of its cell.
 */
export interface Reply extends Ongoing<Answer>, AsyncIterable<string> {
  /** The text so far. */
  readonly text: string;
  /** The thoughts so far; "" where there are none. They are no pieces. */
  readonly reasoning: string;
  [Symbol.asyncIterator](): AsyncIterator<string, void, void>;
}

/** A piece of an answer, of its text or of the thoughts before it. */
export interface ReplyPiece {
  readonly text: string;
  readonly reasoning: string;
}

/** What is known of a question, for who shows the reply to it. */
export interface Asked {
  /** The text it continues, where that is to stand before it. */
  readonly continued?: string;
  /** Most tokens, where the question said how many. */
  readonly maxLength?: number;
  /** true: its text is shown as it is, not as Markdown. */
  readonly isRaw?: boolean;
  /** true: the answer tells the probabilities of its tokens. */
  readonly hasLogprobs?: boolean;
  /** Reads the JSON of the answer; default: as it is. */
  readonly read?: (value: unknown) => unknown;
  /** Says how the lab is, while nothing comes. */
  readonly lookAround?: () => Promise<Health>;
}

/** What a reply's work tells while it runs. */
export interface ReplyListener {
  push(piece: ReplyPiece): void;
  /** How far it is before its first piece. */
  tell(progress: StreamProgress): void;
}

/** Brings a reply's pieces to the listener and gives the answer. */
export type ReplyWork = (reply: ReplyListener, signal: AbortSignal) => Promise<Answer>;

export class StreamingReply extends OngoingWork<Answer> implements Reply {
  readonly asked: Asked;
  /** How many pieces came, of text and of thoughts: about as many as tokens. */
  pieceCount = 0;
  /** When the first and the last of them came, in milliseconds of `performance.now()`; 0 before. */
  firstAtMs = 0;
  lastAtMs = 0;
  /** What it waits for, as the lab said last; undefined where it said nothing. */
  progress: StreamProgress | undefined;
  readonly #pieces: string[] = [];
  readonly #listeners: (() => void)[] = [];
  #text = "";
  #reasoning = "";

  constructor(work: ReplyWork, options: OngoingOptions = {}, asked: Asked = {}) {
    const listener: ReplyListener = {
      push: (piece) => this.#push(piece),
      tell: (progress) => {
        this.progress = progress;
      },
    };
    super((signal) => work(listener, signal), options);
    this.asked = asked;
  }

  get text(): string {
    return this.#text;
  }

  get reasoning(): string {
    return this.#reasoning;
  }

  /** Calls back whenever more text, or more of a thought, is here. */
  onPiece(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    let next = 0;
    let wake = (): void => {};
    this.onPiece(() => wake());
    this.onEnd(() => wake());
    try {
      for (;;) {
        const piece = this.#pieces[next];
        if (piece !== undefined) {
          next += 1;
          yield piece;
        } else if (this.state === "running") {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else {
          await this;
          return;
        }
      }
    } finally {
      this.cancel();
    }
  }

  #push({ text, reasoning }: ReplyPiece): void {
    if ((text === "" && reasoning === "") || this.state !== "running") return;
    if (text !== "") this.#pieces.push(text);
    this.pieceCount += 1;
    this.lastAtMs = performance.now();
    this.firstAtMs ||= this.lastAtMs;
    this.#text += text;
    this.#reasoning += reasoning;
    for (const listener of this.#listeners) listener();
  }
}
