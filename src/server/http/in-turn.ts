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
 * life, so that who fills the queue and never reads keeps no other client out.
 */
const mostWaiting = 2560;
/** Waiting requests that are begun before the process looks at other connections again. */
const mostInATurn = 16;

interface Pipeline {
  readonly socket: Socket;
  served: number;
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/** Serves the requests of each connection in their order, `atOnce` at a time. */
export function inTurn(serve: RequestListener): RequestListener {
  const pipelines = new Map<Socket, Pipeline>();
  /** Those that may go on, in the order in which they got there. */
  let ready: Pipeline[] = [];
  let waiting = 0;
  return (request, response) => {
    const { socket } = request;
    // the rest of a packet whose connection was cut
    if (socket.destroyed) return;
    const pipeline = pipelines.get(socket) ?? open(socket);
    if (pipeline.served < atOnce) {
      begin(pipeline, request, response);
      return;
    }
    pipeline.waiting.push([request, response]);
    waiting += 1;
    socket.pause();
    if (waiting > mostWaiting) cutLongest();
  };

  function open(socket: Socket): Pipeline {
    const pipeline: Pipeline = { socket, served: 0, waiting: [] };
    pipelines.set(socket, pipeline);
    socket.once("close", () => {
      pipelines.delete(socket);
      forget(pipeline);
    });
    return pipeline;
  }

  /** Its "close" comes a turn later, and until then it would be chosen again. */
  function forget(pipeline: Pipeline): void {
    waiting -= pipeline.waiting.length;
    pipeline.waiting.length = 0;
  }

  function cutLongest(): void {
    const longest = [...pipelines.values()].reduce((one, other) =>
      other.waiting.length > one.waiting.length ? other : one,
    );
    forget(longest);
    longest.socket.destroy();
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
