import { formatTable } from "../../bench/format-table.js";
import type { RestartsReport } from "./run-restarts.js";

/** The restarts as text: when servers were killed, how long the next ones took, what is wrong. */
export function formatRestarts({ seen, problems }: RestartsReport): string {
  const rows = seen.rounds.map(({ round, listenedMs, listening, refusals }) => [
    round.phase,
    String(round.afterMs),
    round.freezes ? "frozen" : "",
    `${listening} of ${round.rivals}, ${refusals.length} gave up`,
    listenedMs == null ? "-" : (listenedMs / 1000).toFixed(2),
  ]);
  return [
    formatTable([["killed in", "after ms", "children", "listened", "after s"], ...rows], 4),
    `last: ${seen.lastAnswer}, exit ${seen.lastExit}; slack ${seen.slackMs.toFixed(0)} ms`,
    ...(problems.length === 0 ? ["withstood"] : [`FAILED, ${problems.length} problems:`]),
    ...problems.map((problem) => `- ${problem}`),
  ].join("\n");
}
