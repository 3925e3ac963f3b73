/** What the agent and the edge say to each other: a stream type, then one JSON each way. */
import type { Duplex } from "node:stream";
import type { MuxadoStream } from "./muxado-stream.js";

/** The first four bytes of every stream. */
export const streamType = {
  auth: 0,
  bind: 1,
  unbind: 2,
  proxy: 3,
  restart: 4,
  stop: 5,
  update: 6,
  stopEndpoint: 9,
  heartbeat: 0xffffffff,
} as const;

export interface AuthRequest {
  readonly ClientId: string;
  readonly Extra: {
    readonly AuthToken: string;
    readonly Metadata: string;
    readonly UserAgent: string;
    /** Nanoseconds, as the next. */
    readonly HeartbeatInterval: number;
    readonly HeartbeatTolerance: number;
  };
}

export interface BindRequest {
  readonly Id: string;
  readonly Proto: string;
  readonly ForwardsTo: string;
  readonly Opts: { readonly Domain: string; readonly [option: string]: unknown };
  readonly Extra: { readonly Token: string; readonly Metadata: string; readonly PoolingEnabled: boolean };
}

export interface UnbindRequest {
  readonly Id: string;
}

/** Exactly `count` bytes from the front of the stream. */
export async function readBytes(stream: Duplex, count: number): Promise<Buffer> {
  for (;;) {
    const bytes = stream.read(count) as Buffer | null;
    if (bytes !== null) return bytes;
    await moreOf(stream);
  }
}

/** One JSON value. The agent does not half-close after it, so the end is where it parses. */
export async function readJson(stream: Duplex): Promise<unknown> {
  let text = "";
  for (;;) {
    for (let bytes = stream.read() as Buffer | null; bytes !== null; bytes = stream.read()) text += bytes.toString();
    const value = parsed(text);
    if (value !== undefined) return value;
    await moreOf(stream);
  }
}

/** Answers a request; the FIN is part of the answer, the agent reads up to it. */
export function answer(stream: MuxadoStream, value: unknown): void {
  stream.end(JSON.stringify(value));
  stream.resume();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function moreOf(stream: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream.readableEnded || stream.destroyed) {
      reject(new Error("the stream ended before the message did"));
      return;
    }
    const done = (): void => {
      for (const event of ["readable", "end", "close"]) stream.off(event, done);
      resolve();
    };
    for (const event of ["readable", "end", "close"]) stream.on(event, done);
  });
}
