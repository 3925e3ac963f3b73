import { withStreams } from "./background-streams.js";
import { benchSlots } from "./bench-options.js";
import type { CancelCase, CancelNumbers, CancelRow } from "./bench-report.js";
import { type CancelPlan, measureCancelDecoding, measureCancelPrefill } from "./measure-cancel.js";
import type { Prompts } from "./prompts.js";
import type { Target } from "./target.js";

/** The prompt that is left while it is read: its words, and how many tokens of it are read in a step. */
interface LongPrompt {
  readonly words: number;
  readonly chunk: number;
}

interface CancelsPlan {
  readonly ours: Target;
  readonly theirs: Target | null;
  readonly prompts: Prompts;
  readonly quick: boolean;
  readonly signal: AbortSignal;
}

/** Each case with our server and, where it tells its busy slots, with the other one. */
export async function measureCancels(plan: CancelsPlan, { words, chunk }: LongPrompt): Promise<CancelRow[]> {
  const { ours, theirs, prompts, quick, signal } = plan;
  const samples = quick ? 5 : 20;
  const cases: readonly [CancelCase, (cancel: CancelPlan) => Promise<CancelNumbers>][] = [
    ["decoding, alone", (cancel) => measureCancelDecoding(cancel)],
    [
      "decoding, one of all slots",
      (cancel) =>
        withStreams(cancel.target, prompts, benchSlots - 1, () => measureCancelDecoding(cancel, benchSlots - 1)),
    ],
    ["reading its prompt", (cancel) => measureCancelPrefill(cancel, words, chunk)],
  ];
  const rows: CancelRow[] = [];
  for (const [when, measure] of cases) {
    const own = await measure({ target: ours, prompts, samples, signal });
    const other = theirs?.shape.slots ? await measure({ target: theirs, prompts, samples, signal }) : null;
    rows.push({ when, ours: own, theirs: other, ratio: other && own.median / other.median });
  }
  return rows;
}
