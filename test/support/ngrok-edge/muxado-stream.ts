/** One stream of a muxado session, as a Duplex with flow control in both directions. */
import { Duplex } from "node:stream";
import { type Frame, frameFlag, frameType, uint32 } from "./muxado-frames.js";

/** Bytes that may be under way in one direction; not negotiated, both ends just know it. */
const windowBytes = 256 * 1024;

const largestBody = 64 * 1024;
const nothing = Buffer.alloc(0);

/** What a stream needs of its session. */
export interface FrameSink {
  readonly closed: boolean;
  send(frame: Frame): void;
  forget(streamId: number): void;
}

export class MuxadoStream extends Duplex {
  readonly streamId: number;
  private readonly sink: FrameSink;
  private credit = windowBytes;
  private waiting: { rest: Buffer; done: (error?: Error | null) => void } | undefined;
  private readonly received: Buffer[] = [];
  private isReading = false;
  private isFinReceived = false;
  private isEndPushed = false;
  private isFinSent = false;
  private isReset = false;

  constructor(sink: FrameSink, streamId: number, options: { allowHalfOpen: boolean }) {
    super({ ...options, readableHighWaterMark: largestBody, writableHighWaterMark: largestBody });
    this.sink = sink;
    this.streamId = streamId;
    // a stream that the agent resets must not end the edge
    this.on("error", () => {});
  }

  /** The frame that opens the stream; the agent reads its head in one piece, so it goes out in one piece. */
  sendOpening(head: Buffer): void {
    this.credit -= head.length;
    this.sendData(head, frameFlag.syn);
  }

  receive(frame: Frame): void {
    if (frame.type === frameType.reset) {
      this.isReset = true;
      this.destroy(new Error(`muxado reset ${frame.body.readUInt32BE(0)}`));
    } else if (frame.type === frameType.windowIncrement) {
      this.credit = Math.min(this.credit + frame.body.readUInt32BE(0), windowBytes);
      this.sendWaiting();
    } else {
      if (frame.body.length > 0) this.received.push(frame.body);
      if (frame.flags & frameFlag.fin) this.isFinReceived = true;
      this.pushReceived();
    }
  }

  /** The session is gone: nothing can be sent any more. */
  cut(): void {
    this.isReset = true;
    this.destroy(new Error("the muxado session ended"));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.waiting = { rest: chunk, done };
    this.sendWaiting();
  }

  override _final(done: () => void): void {
    if (!this.isFinSent && !this.isReset) {
      this.isFinSent = true;
      this.sendData(nothing, frameFlag.fin);
    }
    this.forgetWhenDone();
    done();
  }

  override _read(): void {
    this.isReading = true;
    this.pushReceived();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // ngrok's own library closes so: a FIN now, a reset only if more comes. The agent overlooks a reset while idle.
    if (!this.isReset && !this.isFinSent && !this.sink.closed) this.sendData(nothing, frameFlag.fin);
    this.isReset = true;
    this.sink.forget(this.streamId);
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.done(error ?? new Error("the stream was destroyed"));
    done(error);
  }

  // http.Agent takes this for a socket
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  private sendWaiting(): void {
    const waiting = this.waiting;
    if (waiting === undefined) return;
    while (waiting.rest.length > 0 && this.credit > 0) {
      const size = Math.min(waiting.rest.length, this.credit, largestBody);
      this.sendData(waiting.rest.subarray(0, size), 0);
      waiting.rest = waiting.rest.subarray(size);
      this.credit -= size;
    }
    if (waiting.rest.length > 0) return;
    this.waiting = undefined;
    waiting.done();
  }

  private pushReceived(): void {
    while (this.isReading && this.received.length > 0) {
      const chunk = this.received.shift() as Buffer;
      this.isReading = this.push(chunk);
      // credit goes back only for what the reader took
      const body = uint32(chunk.length);
      this.sink.send({ type: frameType.windowIncrement, flags: 0, streamId: this.streamId, body });
    }
    if (this.isFinReceived && this.received.length === 0 && !this.isEndPushed) {
      this.isEndPushed = true;
      this.push(null);
      this.forgetWhenDone();
    }
  }

  private sendData(body: Buffer, flags: number): void {
    this.sink.send({ type: frameType.data, flags, streamId: this.streamId, body });
  }

  private forgetWhenDone(): void {
    if (this.isFinSent && this.isEndPushed) this.sink.forget(this.streamId);
  }
}
