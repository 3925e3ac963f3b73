/** The server's end of a muxado session: frames in and out of one socket, streams made of them. */
import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { type Frame, FrameReader, frameFlag, frameHeader, frameType, muxadoError, uint32 } from "./muxado-frames.js";
import { type FrameSink, MuxadoStream } from "./muxado-stream.js";

interface MuxadoEvents {
  stream: [MuxadoStream];
  close: [];
}

export class MuxadoSession extends EventEmitter<MuxadoEvents> implements FrameSink {
  closed = false;
  private readonly socket: Duplex;
  private readonly streams = new Map<number, MuxadoStream>();
  private readonly reader = new FrameReader();
  private nextStreamId = 2;

  constructor(socket: Duplex) {
    super();
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      for (const frame of this.reader.read(chunk)) this.receive(frame);
    });
    socket.on("error", () => this.end());
    socket.on("close", () => this.end());
  }

  /** Opens a stream to the agent whose first frame is `head`. */
  open(head: Buffer): MuxadoStream {
    // a FIN of the agent ends the whole stream, so that a pooled connection is not used again
    const stream = new MuxadoStream(this, this.nextStreamId, { allowHalfOpen: false });
    this.nextStreamId += 2;
    this.streams.set(stream.streamId, stream);
    stream.sendOpening(head);
    return stream;
  }

  /** Tells the agent to go and come back. */
  goAway(text: string): void {
    const body = Buffer.concat([uint32(0), uint32(muxadoError.none), Buffer.from(text)]);
    this.send({ type: frameType.goAway, flags: 0, streamId: 0, body });
  }

  /** Ends the session without a word, as a cut cable or a crashed edge does. */
  destroy(): void {
    this.socket.destroy();
    this.end();
  }

  send(frame: Frame): void {
    if (this.closed || this.socket.destroyed) return;
    this.socket.cork();
    this.socket.write(frameHeader(frame));
    if (frame.body.length > 0) this.socket.write(frame.body);
    this.socket.uncork();
  }

  forget(streamId: number): void {
    this.streams.delete(streamId);
  }

  private receive(frame: Frame): void {
    if (frame.type === frameType.goAway) {
      this.socket.end();
      return;
    }
    const stream = frame.flags & frameFlag.syn ? this.accept(frame.streamId) : this.streams.get(frame.streamId);
    if (stream !== undefined) stream.receive(frame);
    else if (frame.type === frameType.data && !(frame.flags & frameFlag.fin)) {
      this.send({ type: frameType.reset, flags: 0, streamId: frame.streamId, body: uint32(muxadoError.streamClosed) });
    }
    // The agent never sets TCP_NODELAY: its next segment waits for the ACK of this one, up to 40 ms. An empty
    // increment makes the kernel send that ACK now.
    if (frame.type === frameType.windowIncrement) {
      this.send({ type: frameType.windowIncrement, flags: 0, streamId: frame.streamId, body: uint32(0) });
    }
  }

  private accept(streamId: number): MuxadoStream {
    const stream = new MuxadoStream(this, streamId, { allowHalfOpen: true });
    this.streams.set(streamId, stream);
    this.emit("stream", stream);
    return stream;
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    for (const stream of [...this.streams.values()]) stream.cut();
    this.streams.clear();
    this.emit("close");
  }
}
