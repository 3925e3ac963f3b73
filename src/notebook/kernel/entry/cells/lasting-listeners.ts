/** Listeners of the process that the kernel lives by, whatever a cell takes away. */
import { outsideCells } from "./cell.js";

/**
 * Listens, and again after `process.removeAllListeners()`: a cell, or a test tool in it, clears away what it put on, and
 * the next stop button or the next error in the background would end the kernel.
 */
export function lastingListener(event: string, listener: (first: never) => void): void {
  const listen = (): void =>
    outsideCells(() => {
      if (!process.listeners(event as "exit").includes(listener as () => void))
        process.on(event, listener as () => void);
      if (!process.listeners("removeListener" as "exit").includes(look)) process.on("removeListener", look);
    });
  // when all that is to go has gone
  const look = (): void => queueMicrotask(listen);
  listen();
}
