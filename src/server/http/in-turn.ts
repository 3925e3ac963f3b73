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
/** Requests that wait on all connections together; one more closes its connection. About 4 KiB each. */
const mostWaiting = 8192;
/** Waiting requests that are begun before the process looks at other connections again. */
const mostInATurn = 16;

interface Pipeline {
  readonly socket: Socket;
  served: number;
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/** Serves the requests of each connection in their order, `atOnce` at a time. */
export function inTurn(serve: RequestListener): RequestListener {
  const pipelines = new WeakMap<Socket, Pipeline>();
  /** Those that may go on, in the order in which they got there. */
  let ready: Pipeline[] = [];
  let waiting = 0;
  return (request, response) => {
    const { socket } = request;
    const pipeline = pipelines.get(socket) ?? open(socket);
    if (pipeline.served < atOnce) begin(pipeline, request, response);
    else if (waiting >= mostWaiting) socket.destroy();
    else {
      pipeline.waiting.push([request, response]);
      waiting += 1;
      socket.pause();
    }
  };

  function open(socket: Socket): Pipeline {
    const pipeline: Pipeline = { socket, served: 0, waiting: [] };
    pipelines.set(socket, pipeline);
    socket.once("close", () => {
      waiting -= pipeline.waiting.length;
      pipeline.waiting.length = 0;
    });
    return pipeline;
  }

  function begin(pipeline: Pipeline, request: IncomingMessage, response: ServerResponse): void {
    pipeline.served += 1;
    response.once("close", () => {
      pipeline.served -= 1;
      if (pipeline.waiting.length === 0) return;
      // one reply leads to the next without a look at any other connection, unless this waits for one
      if (ready.push(pipeline) === 1) setImmediate(goOn);
    });
    serve(request, response);
  }

  function goOn(): void {
    const now = ready.slice(0, mostInATurn);
    ready = ready.slice(mostInATurn);
    if (ready.length > 0) setImmediate(goOn);
    for (const pipeline of now) next(pipeline);
  }

  function next(pipeline: Pipeline): void {
    const first = pipeline.waiting.shift();
    if (first === undefined) return;
    waiting -= 1;
    if (pipeline.waiting.length === 0) pipeline.socket.resume();
    begin(pipeline, ...first);
  }
}
