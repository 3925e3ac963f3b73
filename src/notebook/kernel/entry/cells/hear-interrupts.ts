/** Keeps SIGINT with its listeners, whatever cells do. */
import { outsideCells } from "./cell.js";

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
