/** A promise of ours that a cell ends with instead of awaiting it: shows what it gives once it is there. */
import { inspect } from "node:util";
import { messageOf } from "../../server/async/message-of.js";
import { LiveOutput } from "./live-output.js";
import { sentenceView } from "./parts.js";
import { selfDisplaying } from "./self-displaying.js";
import type { View } from "./view.js";

const waiting = "Asked …";
const inText = "A promise: write await before it to get what it gives.";

/** The same promise. `view` is how what it gives looks; without it as that shows itself in a terminal. */
export function shownWhenThere<Value>(promise: Promise<Value>, view?: (value: Value) => View): Promise<Value> {
  const shown = view ?? ((value: Value): View => sentenceView(inspect(value)));
  return selfDisplaying(
    promise,
    () => sentenceView(inText),
    () => {
      const output = LiveOutput.open(sentenceView(waiting));
      promise.then(
        (value) => output?.end(shown(value)),
        (error: unknown) => output?.end(sentenceView(messageOf(error))),
      );
    },
  );
}
