/**
 * The frames of muxado, version 2, which ngrok's agent speaks inside TLS.
 *
 * Eight bytes of header, big-endian: length (24 bits), type (4), flags (4), stream id (32); then the body.
 */

export const frameType = { reset: 0, data: 1, windowIncrement: 2, goAway: 3 } as const;

/** Flags of a data frame. The published specification says 0x10 for SYN; the agent uses 0x2. */
export const frameFlag = { fin: 1, syn: 2 } as const;

/** Codes in reset and go-away frames. */
export const muxadoError = { none: 0, streamClosed: 4 } as const;

const headerBytes = 8;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly body: Buffer;
}

/** The eight bytes that go before `frame.body`. */
export function frameHeader(frame: Frame): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32BE(((frame.body.length << 8) | (frame.type << 4) | frame.flags) >>> 0, 0);
  header.writeUInt32BE(frame.streamId >>> 0, 4);
  return header;
}

/** Cuts a byte stream into frames; what is not whole yet is kept for the next call. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<Frame> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= headerBytes) {
      const word = this.rest.readUInt32BE(0);
      const end = headerBytes + (word >>> 8);
      if (this.rest.length < end) return;
      const frame: Frame = {
        type: (word >>> 4) & 15,
        flags: word & 15,
        streamId: this.rest.readUInt32BE(4) & 0x7fffffff,
        body: this.rest.subarray(headerBytes, end),
      };
      this.rest = this.rest.subarray(end);
      yield frame;
    }
  }
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return bytes;
}
