/** What this thread does so that the stop button works, whatever cells do. */
import { createRequire } from "node:module";
import { unwindName } from "../channels/unwind-name.js";
import { outsideCells } from "./cell.js";

/**
 * Lets the channels' thread break what computes in this one: leaves the function that takes down Node's stack of callers where the inspector finds it.
 *
 * Node has it in `internal/async_hooks` (20, 22 and 24) and gives it to programs started with `--expose-internals`, as
 * the kernel spec does. Without it the stop button cannot break a loop behind an `await`.
 */
export function allowBreaks(): void {
  let unwind: unknown;
  try {
    ({ clearAsyncIdStack: unwind } = createRequire(import.meta.url)("internal/async_hooks"));
  } catch {
    // started without the flag
    return;
  }
  if (typeof unwind !== "function") return;
  Object.defineProperty(globalThis, Symbol.for(unwindName), { value: unwind, enumerable: false });
}

/**
 * Takes all listeners of SIGINT off and on again. To be called after a start of a cell that put one on or off.
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
