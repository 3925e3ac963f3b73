/**
 * The events of one stream, kept so that whoever lost the connection goes on reading at the very next one.
 *
 * Events are numbered from 0, and one reader at a time reads them: another one takes its place. What nobody reads is
 * given up after a while, and a stream that ended is forgotten then.
 */
import { randomBytes } from "node:crypto";
import { Deferred } from "../async/deferred.js";
import { LabError } from "../errors.js";
import type { StreamEntry } from "../wire/streams.js";
import { StreamAbandoned, type StreamWriter } from "./stream-writer.js";

/** What a stream is begun with. */
export interface StreamTerms {
  /** Whose it is: `id` of the identity. Nobody else reads it. */
  readonly keyId: string;
  readonly requestId: string;
  readonly route: string;
  /** Milliseconds it goes on, or is kept, without a reader. */
  readonly keptMs: number;
  /** Most bytes of events that are kept. */
  readonly mostBytes: number;
}

/** One reader of it. */
export interface Reading {
  readonly writer: StreamWriter;
  /** The event it gets next. */
  at: number;
  isOver: boolean;
}

/** Tells a reader that another connection reads the stream now, so that it does not take it back. */
const takenFrame = ": taken over by another reader\n\n";

export class KeptStream {
  /** The server's own: who does not have it cannot guess it. */
  readonly id = `stream_${randomBytes(18).toString("base64url")}`;
  readonly terms: StreamTerms;
  /** Resolves when its last event is here (true), or when it was given up before (false). */
  readonly over: Promise<boolean>;
  readonly #startedAt = new Date();
  readonly #onForgotten: (stream: KeptStream) => void;
  readonly #over = new Deferred<boolean>();
  #events: string[] = [];
  /** Number of the oldest event that is kept. */
  #first = 0;
  #bytes = 0;
  /** The events before this one were handed to some reader. */
  #handed = 0;
  #state: "running" | "ended" | "givenUp" = "running";
  #reader: Reading | undefined;
  #isLast = false;
  /** By the monotonic clock; undefined while somebody reads and more may come. */
  #keptUntil: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #changed = new Deferred<void>();

  /** `onForgotten` is called when it cannot be read any more. */
  constructor(terms: StreamTerms, onForgotten: (stream: KeptStream) => void) {
    this.terms = terms;
    this.#onForgotten = onForgotten;
    this.over = this.#over.promise;
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  entry(): StreamEntry {
    const { requestId, route } = this.terms;
    const leftMs = this.#keptUntil === undefined ? null : Math.max(0, this.#keptUntil - performance.now());
    return {
      id: this.id,
      request_id: requestId,
      route,
      state: this.isRunning ? "running" : "ended",
      is_read: this.#reader !== undefined,
      first_event: this.#first,
      next_event: this.#next,
      started_at: this.#startedAt.toISOString(),
      kept_until: leftMs === null ? null : new Date(Date.now() + leftMs).toISOString(),
    };
  }

  /**
   * Adds frames. Resolves when there is room for more; rejects with `StreamAbandoned` once nobody can read it whole any
   * more. A comment goes to who reads now, and is not kept.
   */
  async push(frames: string): Promise<void> {
    for (const frame of frames.split(/(?<=\n\n)/)) {
      if (this.#state !== "running") throw new StreamAbandoned("Nobody came back to read the stream.");
      if (frame.startsWith(":")) this.comment(frame);
      else await this.#add(`id: ${this.#next}\n${frame}`);
    }
  }

  comment(frame: string): void {
    if (this.#reader !== undefined && this.#reader.at === this.#next) this.#reader.writer.comment(frame);
  }

  /** Its last event is here. */
  end(): void {
    if (this.#state !== "running") return;
    this.#state = "ended";
    this.#over.resolve(true);
    this.#keptUntil ??= performance.now() + this.terms.keptMs;
    this.#wait();
    this.#tell();
  }

  /** Ends it wherever it is, for its readers too. */
  giveUp(): void {
    if (this.#state === "running") this.#state = "givenUp";
    this.#over.resolve(false);
    this.#forget();
  }

  /** The server is stopping: nobody comes back any more. Who reads now reads to the end. */
  close(): void {
    this.#isLast = true;
    if (this.#reader === undefined) this.giveUp();
  }

  /** Takes the place of the reader before. Refuses with `invalid_request` an event that is not kept, or far ahead. */
  attach(writer: StreamWriter, from: number): Reading {
    if (from < this.#first) {
      throw refused(
        `The stream has dropped its first ${this.#first} events. Read from ${this.#first} on, or ask again`,
      );
    }
    if (from > this.#next) throw refused(`from is ${from}, and the stream has ${this.#next} events, numbered from 0`);
    const reading: Reading = { writer, at: from, isOver: false };
    if (this.#reader !== undefined) this.#reader.isOver = true;
    this.#reader = reading;
    if (this.isRunning) {
      clearTimeout(this.#timer);
      this.#keptUntil = undefined;
    }
    this.#tell();
    return reading;
  }

  /** Sends what is there and what comes. Resolves at the end, or when the reader is gone or another one came. */
  async send(reading: Reading): Promise<void> {
    const { writer } = reading;
    try {
      while (!reading.isOver) {
        const event = this.#events[reading.at - this.#first];
        if (event !== undefined) {
          reading.at += 1;
          this.#handed = Math.max(this.#handed, reading.at);
          await writer.write(event);
          // room for who waits to add more
          this.#tell();
        } else if (this.isRunning) await this.#changed.promise;
        else break;
      }
    } catch (error) {
      if (!(error instanceof StreamAbandoned)) throw error;
      return writer.abandon();
    }
    if (this.#state === "givenUp") return writer.abandon();
    if (reading.isOver) writer.comment(takenFrame);
    writer.close();
  }

  /** The reader's connection is closed. */
  leave(reading: Reading): void {
    reading.isOver = true;
    if (this.#reader === reading) {
      this.#reader = undefined;
      this.#keptUntil ??= performance.now() + this.terms.keptMs;
      if (this.#isLast) this.giveUp();
      else this.#wait();
    }
    this.#tell();
  }

  get #next(): number {
    return this.#first + this.#events.length;
  }

  async #add(event: string): Promise<void> {
    this.#events.push(event);
    this.#bytes += Buffer.byteLength(event);
    this.#tell();
    for (;;) {
      this.#drop();
      if (this.#bytes <= this.terms.mostBytes) return;
      // what was never handed to anybody would be lost
      if (this.#reader === undefined) this.giveUp();
      if (this.#state !== "running") throw new StreamAbandoned("The stream is full, and nobody reads it.");
      await this.#changed.promise;
    }
  }

  /** Forgets the oldest events that were handed over, where there are too many. */
  #drop(): void {
    const handed = this.#reader?.at ?? this.#handed;
    while (this.#bytes > this.terms.mostBytes && this.#first < handed && this.#events.length > 1) {
      this.#bytes -= Buffer.byteLength(this.#events.shift() as string);
      this.#first += 1;
    }
  }

  /** Until the time without a reader, or after the end, is over. */
  #wait(): void {
    clearTimeout(this.#timer);
    const leftMs = (this.#keptUntil ?? 0) - performance.now();
    this.#timer = setTimeout(() => (this.isRunning ? this.giveUp() : this.#forget()), leftMs).unref();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#onForgotten(this);
    this.#tell();
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = new Deferred();
    changed.resolve();
  }
}

const refused = (what: string): LabError => new LabError("invalid_request", `${what}.`, { param: "from" });
