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

/**
 * Takes all listeners of SIGINT off and on again. To be called after each start of a cell.
 *
 * While `vm` runs code that SIGINT may break, Node takes the signal to itself, and afterwards leaves it with what ends the
 * process (20, 22, 24). It puts the listeners back that were there before, but not those the code added meanwhile: as a
 * library does that stops its work when the cell is stopped. Without this, the stop button then ends the kernel.
 */
export function hearInterrupts(): void {
  const listeners = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
  process.removeAllListeners("SIGINT");
  // what a listener does belongs to the cell that is stopped, not to the one that ran when it was put on
  outsideCells(() => {
    for (const listener of listeners) process.on("SIGINT", listener);
  });
}
