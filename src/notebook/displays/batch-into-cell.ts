/** Shows a batch where it was asked for: its bar and rows while it runs, then its table. */
import { messageOf } from "../../server/async/message-of.js";
import type { BatchWork } from "../client/batch-work.js";
import { batchView, batchWorkView, partialBatchView } from "./batch-view.js";
import { LiveOutput } from "./live-output.js";
import { markShown } from "./self-displaying.js";
import type { View } from "./view.js";

/** Milliseconds between two looks at the clock, while nothing comes. */
const clockMs = 1000;

/** In an output of the running cell; nothing where there is none. The cell that ends with it does not show it twice. */
export function batchIntoCell(work: BatchWork): void {
  const output = LiveOutput.open(batchWorkView(work));
  if (!output) return;
  markShown(work);
  const update = (): void => output.update(() => batchWorkView(work));
  const clock = setInterval(update, clockMs).unref();
  work.onEntry(update);
  work.onEnd((end) => {
    clearInterval(clock);
    if (end.state === "done") output.end(batchView(markShown(end.value)));
    else output.end(unfinished(work, end.state, end.error));
  });
}

/** The reason is told once: by who awaits the batch, else here. */
function unfinished(work: BatchWork, state: "failed" | "cancelled", error: unknown): View {
  const reason = state === "failed" && !work.isAwaited ? `failed (${messageOf(error)})` : state;
  return partialBatchView(work, reason);
}
