import { createContext, Script } from "node:vm";
import { threadTimeMs } from "./thread-time.js";

/** The work took longer than it may. */
export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

const script = new Script("work()");

/** Times that work is begun, and the longest it may take by the clock, in milliseconds, where a processor is missing. */
const mostTries = 3;
const longestMs = 2000;

/**
 * What the work returns; `TookTooLong` once it ran for so many milliseconds.
 *
 * The work runs below a script with a time limit, and V8 ends all JavaScript below it, loops and regular expressions
 * in other modules too. It must be JavaScript, for native calls are not ended, and it may be begun again: on a busy
 * machine most of the time is waiting for a processor, which is not the work's fault. `threadMs` tells the processor
 * time of this thread.
 */
export function withinTime<Value>(ms: number, work: () => Value, threadMs: () => number | null = threadTimeMs): Value {
  let limitMs = ms;
  for (let tries = 1; ; tries++) {
    const before = threadMs();
    const result = tryWithin(limitMs, work);
    if (result !== undefined) return result.value;
    const after = threadMs();
    const usedMs = before === null || after === null ? limitMs : after - before;
    if (usedMs >= 0.8 * ms || tries === mostTries) throw new TookTooLong(`it took longer than ${ms} ms`);
    limitMs = Math.ceil(Math.min(longestMs, (1.5 * limitMs * ms) / Math.max(1, usedMs)));
  }
}

/** Undefined when the time was over. */
function tryWithin<Value>(ms: number, work: () => Value): { readonly value: Value } | undefined {
  let result: { readonly value: Value } | undefined;
  const context = createContext({
    work: () => {
      result = { value: work() };
    },
  });
  try {
    script.runInContext(context, { timeout: ms });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    return undefined;
  }
  return result;
}
