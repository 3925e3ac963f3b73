/** When a reply is over, whether it reached the client or the client went away. */
import type { LabContext } from "./route.js";

/**
 * Calls `onClosed` once: with true when the whole reply was handed over, with false when the connection ended first.
 *
 * A request that waits behind another one on the same connection hears of the end only from the socket.
 */
export function onReplyClosed(ctx: LabContext, onClosed: (completed: boolean) => void): void {
  const { req, res } = ctx;
  const { socket } = req;
  let over = false;
  const closed = (): void => {
    // a socket that closes closes the reply first, and still calls a listener of both
    if (over) return;
    over = true;
    res.off("close", closed);
    socket.off("close", closed);
    onClosed(res.writableFinished);
  };
  res.on("close", closed);
  socket.on("close", closed);
  if (socket.destroyed) queueMicrotask(closed);
}

/**
 * Calls `onOver` once, when nothing is done for this request any more: with true when its answer was complete.
 *
 * That is when its reply is closed; where the answer goes on without its client, when that ends or is given up.
 */
export function onWorkOver(ctx: LabContext, onOver: (completed: boolean) => void): void {
  onReplyClosed(ctx, (completed) => {
    const { stream } = ctx.state;
    // a reply is complete, too, when another reader takes its stream over
    const goesOn = stream !== undefined && (stream.isRunning || !completed);
    if (goesOn) void stream.over.then(onOver);
    else onOver(completed);
  });
}
