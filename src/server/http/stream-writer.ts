/**
 * Writes a stream no faster than the client reads it.
 *
 * Nothing is kept here: while the client does not read, the writer waits, and gives it up after a while.
 */
import type { ServerResponse } from "node:http";

/** The client left its stream unread for too long, or went away. */
export class StreamAbandoned extends Error {
  override readonly name = "StreamAbandoned";
}

/** Where a stream's frames go. */
export interface FrameWriter {
  /** Sends headers at once, before there is anything to say. */
  open(headers?: Readonly<Record<string, string>>): void;
  /** Resolves when there is room for more. Rejects with `StreamAbandoned` when nobody reads any more. */
  write(frames: string): Promise<void>;
  /** A comment for who reads now, unless that is behind. */
  comment(frame: string): void;
  /** All was written. */
  close(): void;
  /** Ends it in the middle. */
  abandon(): void;
  /** For the end of whatever wrote: ends in the middle what was not closed. A reply that was not opened is left alone. */
  dispose(): void;
}

export class StreamWriter implements FrameWriter {
  readonly #response: ServerResponse;
  readonly #stallMs: number;

  constructor(response: ServerResponse, stallMs: number) {
    this.#response = response;
    this.#stallMs = stallMs;
  }

  open(headers: Readonly<Record<string, string>> = {}): void {
    if (this.#response.destroyed) return;
    const { socket } = this.#response;
    socket?.setNoDelay(true);
    this.#response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-cache, no-transform",
      // nginx and what is built on it would collect the stream otherwise
      "X-Accel-Buffering": "no",
      ...headers,
    });
    this.#response.flushHeaders();
  }

  async write(frames: string): Promise<void> {
    if (frames === "") return;
    if (this.#response.destroyed) throw new StreamAbandoned("The client went away.");
    if (!this.#response.write(frames)) await this.#room();
  }

  comment(frame: string): void {
    const { writableNeedDrain, writableEnded, destroyed } = this.#response;
    if (!writableNeedDrain && !writableEnded && !destroyed) this.#response.write(frame);
  }

  close(): void {
    if (!this.#response.destroyed) this.#response.end();
  }

  /** Cuts the connection: its client does not read. */
  abandon(): void {
    this.#response.destroy();
  }

  dispose(): void {
    if (this.#response.headersSent && !this.#response.writableEnded) this.abandon();
  }

  #room(): Promise<void> {
    const response = this.#response;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(new StreamAbandoned("The client did not read its stream.")), this.#stallMs);
      const drained = (): void => settle();
      const closed = (): void => settle(new StreamAbandoned("The client went away."));
      const settle = (error?: StreamAbandoned): void => {
        clearTimeout(timer);
        response.off("drain", drained).off("close", closed);
        if (error === undefined) resolve();
        else reject(error);
      };
      response.on("drain", drained).on("close", closed);
    });
  }
}
