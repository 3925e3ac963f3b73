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
/** Requests that wait on all connections together; whoever sends one more loses the connection. About 4 KiB each. */
const mostWaiting = 8192;

interface Line {
  served: number;
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/** Serves the requests of each connection in their order, `atOnce` at a time. */
export function inTurn(serve: RequestListener): RequestListener {
  const lines = new WeakMap<Socket, Line>();
  let waiting = 0;
  return (request, response) => {
    const { socket } = request;
    const line = lines.get(socket) ?? open(socket);
    if (line.served < atOnce) begin(line, request, response);
    else if (waiting >= mostWaiting) socket.destroy();
    else {
      line.waiting.push([request, response]);
      waiting += 1;
      socket.pause();
    }
  };

  function open(socket: Socket): Line {
    const line: Line = { served: 0, waiting: [] };
    lines.set(socket, line);
    socket.once("close", () => {
      waiting -= line.waiting.length;
      line.waiting.length = 0;
    });
    return line;
  }

  function begin(line: Line, request: IncomingMessage, response: ServerResponse): void {
    line.served += 1;
    response.once("close", () => {
      line.served -= 1;
      next(line, request.socket);
    });
    serve(request, response);
  }

  function next(line: Line, socket: Socket): void {
    const first = line.waiting.shift();
    if (first === undefined || socket.destroyed) return;
    waiting -= 1;
    if (line.waiting.length === 0) socket.resume();
    begin(line, ...first);
  }
}
