/**
 * Pipelined requests, a few at a time.
 *
 * Node hands over all that one packet holds, some 1,500 requests in 64 KiB, and a thousand connections do that at once.
 * So those of one connection wait for each other, and the connection is not read while any of them waits.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of one connection that are served at once. */
const atOnce = 2;
/**
 * Requests that wait on all connections together, about 4 KiB each. One more costs the connection with most of them its
 * life, so that who fills the line with what he never reads keeps nobody out.
 */
const mostWaiting = 2560;
/** Waiting requests that are begun before the process looks at other connections again. */
const mostInATurn = 16;

interface Line {
  readonly socket: Socket;
  served: number;
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/** Serves the requests of each connection in their order, `atOnce` at a time. */
export function inTurn(serve: RequestListener): RequestListener {
  const lines = new Map<Socket, Line>();
  /** Those that may go on, in the order in which they got there. */
  let ready: Line[] = [];
  let waiting = 0;
  return (request, response) => {
    const { socket } = request;
    // the rest of a packet whose connection was cut
    if (socket.destroyed) return;
    const line = lines.get(socket) ?? open(socket);
    if (line.served < atOnce) {
      begin(line, request, response);
      return;
    }
    line.waiting.push([request, response]);
    waiting += 1;
    socket.pause();
    if (waiting > mostWaiting) cutLongest();
  };

  function open(socket: Socket): Line {
    const line: Line = { socket, served: 0, waiting: [] };
    lines.set(socket, line);
    socket.once("close", () => {
      lines.delete(socket);
      forget(line);
    });
    return line;
  }

  /** Its "close" comes a turn later, and until then it would be chosen again. */
  function forget(line: Line): void {
    waiting -= line.waiting.length;
    line.waiting.length = 0;
  }

  function cutLongest(): void {
    const longest = [...lines.values()].reduce((one, other) =>
      other.waiting.length > one.waiting.length ? other : one,
    );
    forget(longest);
    longest.socket.destroy();
  }

  function begin(line: Line, request: IncomingMessage, response: ServerResponse): void {
    line.served += 1;
    response.once("close", () => {
      line.served -= 1;
      if (line.waiting.length === 0) return;
      // one reply leads to the next without a look at any other connection, unless this waits for one
      if (ready.push(line) === 1) setImmediate(goOn);
    });
    serve(request, response);
  }

  function goOn(): void {
    const now = ready.slice(0, mostInATurn);
    ready = ready.slice(mostInATurn);
    if (ready.length > 0) setImmediate(goOn);
    for (const line of now) next(line);
  }

  function next(line: Line): void {
    const first = line.waiting.shift();
    if (first === undefined) return;
    waiting -= 1;
    if (line.waiting.length === 0) line.socket.resume();
    begin(line, ...first);
  }
}
