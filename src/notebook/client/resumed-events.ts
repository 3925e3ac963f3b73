/** The events of a stream, over as many connections as it takes: one that breaks in mid-answer is made again. */
import type { StreamEntry, StreamList } from "../../server/wire/streams.js";
import type { CallOptions, Connection, StreamedAnswer } from "./connection.js";
import { readEvents, type ServerEvent } from "./event-stream.js";
import { interrupted } from "./ongoing.js";
import { LabRequestError } from "./request-error.js";
import { sleep } from "./sleep.js";

/** Seconds between two tries to go on: doubled each time, up to this. */
const mostPauseSeconds = 2;
const firstPauseSeconds = 0.1;

/** Milliseconds in which a kernel that is restarted is gone after its interrupt. */
const restartMs = 500;

/** What the server says to who read a stream that another connection has taken over. */
const takenOver = /^taken over\b/;

/** How a stream is read. */
export interface StreamCall extends CallOptions {
  /** Ends it, on the server too. */
  readonly signal: AbortSignal;
  /** Gets the comments between the events. */
  readonly onComment?: (text: string) => void;
}

/**
 * The events of the answer to a POST, up to and including the mark of its end.
 *
 * With `resumeSeconds` a connection that breaks is made again within that time, and every event comes once. Leaving the
 * loop before the end ends the request on the server.
 */
export async function* askedEvents(
  connection: Connection,
  path: string,
  call: StreamCall,
): AsyncGenerator<ServerEvent, void, void> {
  const began = await connection.stream(path, call);
  yield* eventsFrom(connection, began, call, call.resumeSeconds ?? 0);
}

/** The same of a stream that goes on, or ended lately, from the first event that is kept. `keptSeconds`: how long connections are made again. */
export async function* keptEvents(
  connection: Connection,
  { id, first_event: first }: Pick<StreamEntry, "id" | "first_event">,
  call: StreamCall,
  keptSeconds: number,
): AsyncGenerator<ServerEvent, void, void> {
  const began = await connection.stream(pathOf(id, first), { ...call, waitSeconds: 0 }, "GET");
  yield* eventsFrom(connection, began, call, keptSeconds);
}

/** Streams of this key that nobody reads, the latest first. A server that keeps none has none. */
export async function unreadStreams(connection: Connection): Promise<StreamEntry[]> {
  const { streams } = await connection.json<StreamList>("GET", "/v1/streams", { waitSeconds: 0 });
  const own = streams.filter(
    ({ is_read, route }) => !is_read && (route === "POST /chat" || route === "POST /generate"),
  );
  return own.reverse();
}

async function* eventsFrom(
  connection: Connection,
  began: StreamedAnswer,
  call: StreamCall,
  keptSeconds: number,
): AsyncGenerator<ServerEvent, void, void> {
  const id = textOf(began.headers["x-locallab-stream"]);
  const place = new Place(call.onComment);
  let answer = began;
  try {
    for (;;) {
      let cut: unknown;
      try {
        for await (const event of readEvents(answer.bytes, (text) => place.heard(text))) {
          place.took(event);
          yield event;
        }
      } catch (error) {
        cut = error;
      }
      const isMeant = call.signal.aborted || connection.closed;
      if (id === undefined || isMeant || place.isOver || !isCut(cut)) {
        if (cut !== undefined) throw cut;
        return;
      }
      answer = await goOn(connection, pathOf(id, place.next), call, { keptSeconds, cut });
    }
  } finally {
    // the server would go on without us
    if (id !== undefined && !place.isOver) endStream(connection, id, call.signal);
  }
}

/**
 * Ends the stream on the server. Jupyter interrupts a kernel right before it restarts it, and then the stream is to go on:
 * so after an interrupt it is told only by a kernel that still lives a little later.
 */
function endStream(connection: Connection, id: string, { reason }: AbortSignal): void {
  if (reason !== interrupted) void connection.endStream(id);
  else setTimeout(() => void connection.endStream(id), restartMs).unref();
}

/** How far a stream was read. */
class Place {
  /** Number of the event that comes next. */
  next = 0;
  /** True once the mark of its end was read, or another connection reads it. */
  isOver = false;
  readonly #onComment: (text: string) => void;

  constructor(onComment: (text: string) => void = () => {}) {
    this.#onComment = onComment;
  }

  took({ id, data }: ServerEvent): void {
    if (id !== undefined) this.next = Number(id) + 1;
    if (data === "[DONE]") this.isOver = true;
  }

  heard(comment: string): void {
    if (takenOver.test(comment)) this.isOver = true;
    this.#onComment(comment);
  }
}

/** True for a connection that broke, or ended cleanly too early; false for a process that has ended. */
const isCut = (error: unknown): boolean =>
  error === undefined || (error instanceof LabRequestError && error.code === "connection_lost");

interface Cut {
  readonly keptSeconds: number;
  readonly cut: unknown;
}

/** Makes the connection again, for as long as the server keeps the stream. */
async function goOn(
  connection: Connection,
  path: string,
  call: StreamCall,
  { keptSeconds, cut }: Cut,
): Promise<StreamedAnswer> {
  const cutAt = performance.now();
  for (let pause = firstPauseSeconds; ; pause = Math.min(pause * 2, mostPauseSeconds)) {
    try {
      return await connection.stream(path, { signal: call.signal, waitSeconds: 0 }, "GET");
    } catch (error) {
      const leftSeconds = keptSeconds - (performance.now() - cutAt) / 1000;
      if (!isPassing(error)) throw lostFor(connection.url, error, cut);
      if (leftSeconds <= pause) throw cut ?? error;
      await sleep(pause, call.signal);
    }
  }
}

/** Whether trying again may help: no way there just now, a tunnel that says so, a server that is busy. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof LabRequestError)) return false;
  const { code, status } = error;
  if (status === null) return code === "connection_failed" || code === "connection_lost";
  return status === 429 || status >= 500 || code === "connection_failed";
}

function lostFor(url: string, error: unknown, cut: unknown): unknown {
  if (!(error instanceof LabRequestError) || error.code !== "stream_not_found") return error;
  const sentence = `The connection to ${url} broke, and the lab has not kept the answer until now. Ask again.`;
  return new LabRequestError("connection_lost", sentence, { cause: cut ?? error });
}

const pathOf = (id: string, from: number): string => `/v1/streams/${encodeURIComponent(id)}?from=${from}`;

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" && header !== "" ? header : undefined;
