/**
 * What it means that a client has closed its sending side (RFC 9112, 9.6).
 *
 * Programs that pipe a request in close it with the last byte and wait for the reply; programs that end close it too,
 * later, and nothing on the wire tells the two apart. So who closes with the request is answered, and who closes later
 * has gone. The first may be gone as well, so something is written to it now and then, which fails then.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Milliseconds after the request in which the end of the sending side belongs to the request. */
const togetherMs = 5;
/** Looks after which a reply that has begun and says nothing is given up. */
const quietLooks = 12;

export class SendingSide {
  readonly #socket: Socket;
  readonly #replies: ReadonlySet<ServerResponse>;
  readonly #probeMs: number;
  #lateTimer: NodeJS.Timeout | undefined;
  #lateTurn: NodeJS.Immediate | undefined;
  #lookTimer: NodeJS.Timeout | undefined;
  #isLate = false;
  #looks = 0;
  #quietLooks = 0;
  #written = 0;

  /**
   * `replies` are the open ones of this connection, the oldest first. Looks every `probeMs` whether a client that closed
   * its sending side still reads.
   */
  constructor(socket: Socket, replies: ReadonlySet<ServerResponse>, probeMs: number) {
    this.#socket = socket;
    this.#probeMs = probeMs;
    this.#replies = replies;
    socket.once("end", () => this.#ended());
    socket.once("close", () => this.#stop());
  }

  /** A request came, its body perhaps not yet. */
  begin(request: IncomingMessage): void {
    const { headers } = request;
    clearImmediate(this.#lateTurn);
    this.#isLate = false;
    const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    if (hasBody) request.once("end", () => this.#wait());
    else this.#wait();
  }

  /** Nothing is served any more: the end of the sending side means nothing now. */
  rest(): void {
    clearTimeout(this.#lateTimer);
    // a timer that was cleared cannot be refreshed
    this.#lateTimer = undefined;
  }

  #wait(): void {
    if (this.#socket.destroyed || this.#socket.readableEnded) return;
    // anew from now: a refreshed timer costs a pipelined request next to nothing
    this.#lateTimer = this.#lateTimer?.refresh() ?? setTimeout(() => this.#timeUp(), togetherMs);
  }

  #timeUp(): void {
    // what had arrived when the time was up is read before this runs, however late the process is
    this.#lateTurn = setImmediate(() => {
      this.#isLate = true;
    });
  }

  #stop(): void {
    clearTimeout(this.#lateTimer);
    clearTimeout(this.#lookTimer);
  }

  #ended(): void {
    this.#stop();
    const [reply] = this.#replies;
    if (reply === undefined) return;
    // who has some of the reply had time to leave
    if (this.#isLate || reply.headersSent) this.#socket.destroy();
    else this.#lookLater();
  }

  #lookLater(): void {
    // a write to nobody is answered with a reset, and only the write after that fails: it comes soon
    const waitMs = this.#looks % 2 === 0 ? this.#probeMs : this.#probeMs / 10;
    this.#lookTimer = setTimeout(() => this.#look(), waitMs);
  }

  #look(): void {
    const [reply] = this.#replies;
    if (reply === undefined) return;
    this.#looks += 1;
    const { bytesWritten } = this.#socket;
    this.#quietLooks = bytesWritten === this.#written ? this.#quietLooks + 1 : 0;
    this.#written = bytesWritten;
    // HTTP/1.0 knows no interim replies, and a reply that has begun takes none
    if (!reply.headersSent && reply.req.httpVersionMinor > 0) reply.writeProcessing();
    if (reply.headersSent && this.#quietLooks >= quietLooks) this.#socket.destroy();
    else this.#lookLater();
  }
}
