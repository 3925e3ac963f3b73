/** Promises and timers are shown without what Node and the kernel note on them: their numbers, and whose cell they are. */
import { inspect } from "node:util";

/** Symbols by which Node 20, 22 and 24 note the context of work on its object. */
const notes: ReadonlySet<string | undefined> = new Set([
  "async_id_symbol",
  "trigger_async_id_symbol",
  "kResourceStore",
  "asyncId",
  "triggerId",
  "async_context_frame",
  "kAsyncContextFrame",
]);

/**
 * From now on `inspect` and `console.log` leave the notes out. Node sets them as fields like any other; they are made
 * invisible when somebody looks, for there are far more promises than promises that are looked at.
 */
export function showPlainResources(): void {
  const timeout = setTimeout(() => {}, 0);
  const immediate = setImmediate(() => {});
  clearTimeout(timeout);
  clearImmediate(immediate);
  for (const one of [Promise.prototype, Object.getPrototypeOf(timeout), Object.getPrototypeOf(immediate)] as object[])
    Object.defineProperty(one, inspect.custom, { value: withoutNotes, configurable: true, writable: true });
}

function withoutNotes(this: object): object {
  for (const key of Object.getOwnPropertySymbols(this))
    if (notes.has(key.description)) Reflect.defineProperty(this, key, { enumerable: false });
  return this;
}
