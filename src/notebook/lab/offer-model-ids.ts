/** Tab between the quotes of `models.load("")` and `{ model: "" }` offers the ids of the lab's models. */
import type { ModelList } from "../../server/wire/models.js";

/** Where the cursor is, as the kernel's `completion-hook` tells it. */
export interface QuotedPlace {
  /** What is called, as it was written: "lab.models.load". */
  readonly callee: string | undefined;
  /** The property whose value is in the quotes. */
  readonly property: string | undefined;
}

/** How long a list counts as new: a model may have been downloaded since. */
const maxAgeMs = 5000;
const hookKey = Symbol.for("locallab.completions");

/**
 * Asks for the list once, now, and registers with the kernel. A key press never waits for the server: it gets what is
 * known, and an old list is asked for anew behind it.
 *
 * The lab that was started or connected last is the one whose ids are offered. Gives what resolves once the list is there.
 */
export function offerModelIds(models: { list(): Promise<ModelList> }, now: () => number = Date.now): Promise<void> {
  let ids: readonly string[] = [];
  let asked = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<void> => {
    asked = now();
    try {
      ids = (await models.list()).models.map(({ id }) => id);
    } catch {
      // a lab that does not answer is told of by the cell that asks it; the ids of before are still a help
    }
  };
  (globalThis as { [hookKey]?: unknown })[hookKey] = (place: QuotedPlace): readonly string[] => {
    if (!isForModel(place)) return [];
    if (now() - asked > maxAgeMs) void ask();
    return ids;
  };
  return ask();
}

const isForModel = ({ callee = "", property }: QuotedPlace): boolean =>
  property === undefined ? /\bmodels\??\.(?:load|unload)$/.test(callee) : property === "model";
