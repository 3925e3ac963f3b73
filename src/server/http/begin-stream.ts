/** Where a stream's frames go: to its client alone, or into a stream that outlives the connection. */
import type { Identity } from "../access/identity.js";
import { LabError } from "../errors.js";
import type { HttpServices } from "./http-services.js";
import type { KeptStream, Reading } from "./kept-stream.js";
import { onReplyClosed } from "./reply-closed.js";
import type { LabContext } from "./route.js";
import { type FrameWriter, StreamWriter } from "./stream-writer.js";

/** Seconds that a client may ask for. */
const mostSeconds = 60;

/** Names the stream that a client can go on reading. */
export const streamHeader = "X-LocalLab-Stream";

/**
 * The writer of this reply. Whoever calls it disposes of it.
 *
 * With `X-LocalLab-Resume: 1` to `60` the answer goes on for so many seconds when the connection is lost, see
 * `KeptStreams`. Refuses another value with `invalid_request`.
 */
export function beginStream(ctx: LabContext, { streams, timings }: HttpServices): FrameWriter {
  const direct = new StreamWriter(ctx.res, timings.stallMs);
  const seconds = secondsOf(ctx.get("X-LocalLab-Resume"));
  if (seconds === undefined) return direct;
  const { requestId, route } = ctx.state;
  const stream = streams.begin(ctx.state.identity as Identity, { requestId, route, keptMs: seconds * 1000 });
  if (stream === undefined) return direct;
  ctx.state.stream = stream;
  const reading = stream.attach(direct, 0);
  onReplyClosed(ctx, () => {
    // without its headers the client does not know the id, and cannot come back
    if (ctx.res.headersSent) stream.leave(reading);
    else stream.giveUp();
  });
  return new KeptStreamWriter(stream, reading);
}

function secondsOf(header: string): number | undefined {
  if (header === "") return undefined;
  const seconds = Number(header);
  if (/^\d{1,2}$/.test(header) && seconds >= 1 && seconds <= mostSeconds) return seconds;
  throw new LabError(
    "invalid_request",
    `X-LocalLab-Resume is "${header.slice(0, 40)}". It must be a whole number of seconds, 1 to ${mostSeconds}.`,
    { param: "X-LocalLab-Resume" },
  );
}

/** Writes into the kept stream, which sends to whoever reads it. */
class KeptStreamWriter implements FrameWriter {
  readonly #stream: KeptStream;
  readonly #first: Reading;

  constructor(stream: KeptStream, first: Reading) {
    this.#stream = stream;
    this.#first = first;
  }

  open(headers: Readonly<Record<string, string>> = {}): void {
    this.#first.writer.open({ ...headers, [streamHeader]: this.#stream.id });
    void this.#stream.send(this.#first);
  }

  async write(frames: string): Promise<void> {
    if (frames !== "") await this.#stream.push(frames);
  }

  comment(frame: string): void {
    this.#stream.comment(frame);
  }

  close(): void {
    this.#stream.end();
  }

  abandon(): void {
    this.#stream.giveUp();
  }

  dispose(): void {
    if (this.#stream.isRunning) this.#stream.giveUp();
  }
}
