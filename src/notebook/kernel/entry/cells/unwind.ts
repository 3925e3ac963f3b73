/** Lets the channels' thread break what computes in this one. */
import { createRequire } from "node:module";
import { unwindName } from "../channels/unwind-name.js";

/**
 * Leaves the function that takes down Node's stack of callers where the inspector finds it.
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
