import { createContext, Script } from "node:vm";

/** The work took longer than it may, or needs more than a stack or a text can hold. */
export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

const script = new Script("work()");

/**
 * What the work returns; `TookTooLong` once it ran for so many milliseconds.
 *
 * The work runs below a script with a time limit, and V8 ends all JavaScript below it, loops and regular expressions
 * in other modules too. It must be JavaScript: native calls are not ended.
 */
export function withinTime<Value>(ms: number, work: () => Value): Value {
  let value: { readonly is: Value } | undefined;
  const context = createContext({
    work: () => {
      value = { is: work() };
    },
  });
  try {
    script.runInContext(context, { timeout: ms });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new TookTooLong(`it took longer than ${ms} ms`);
  }
  if (value === undefined) throw new TookTooLong("it did not end");
  return value.is;
}
