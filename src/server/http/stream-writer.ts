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

export class StreamWriter {
  readonly #response: ServerResponse;
  readonly #stallMs: number;

  constructor(response: ServerResponse, stallMs: number) {
    this.#response = response;
    this.#stallMs = stallMs;
  }

  /** Sends headers at once, before there is anything to say. */
  open(): void {
    const { socket } = this.#response;
    socket?.setNoDelay(true);
    this.#response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-cache, no-transform",
      // nginx and what is built on it would collect the stream otherwise
      "X-Accel-Buffering": "no",
    });
    this.#response.flushHeaders();
  }

  /** Resolves when there is room for more. Rejects with `StreamAbandoned` when the client does not read or is gone. */
  async write(frames: string): Promise<void> {
    if (frames === "") return;
    if (this.#response.destroyed) throw new StreamAbandoned("The client went away.");
    if (!this.#response.write(frames)) await this.#room();
  }

  /** A comment, unless the client has not even read what is there. */
  comment(frame: string): void {
    if (!this.#response.writableNeedDrain && !this.#response.writableEnded) this.#response.write(frame);
  }

  close(): void {
    this.#response.end();
  }

  /** Cuts the connection: its client does not read. */
  abandon(): void {
    this.#response.destroy();
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
