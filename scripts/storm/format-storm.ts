import { formatTable } from "../bench/format-table.js";
import type { StormReport } from "./run-storm.js";
import type { Outcome } from "./send-call.js";

/** Problems that are written out; of more only the number. */
const shown = 20;

/** The storm as text: what happened, how calls ended, what is wrong. */
export function formatStorm({ options, seen, blows, problems }: StormReport): string {
  const healths = seen.healthsMs.map((ms) => ms ?? Number.POSITIVE_INFINITY);
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  const more = problems.length > shown ? [`… and ${problems.length - shown} more`] : [];
  return [
    `storm of ${options.seconds} s, seed ${options.seed}, ${options.resident ?? "all"} models in memory`,
    `engines: ${[...blows].map(([kind, count]) => `${kind} ${count}`).join(", ") || "left alone"}`,
    formatTable([["call", "end", "count", "median s", "greatest s", "allowed"], ...rows(seen.outcomes)], 2),
    `health: ${healths.length} asked, slowest ${Math.max(0, ...healths).toFixed(0)} ms; calm after ${seen.calmMs?.toFixed(0) ?? "never"} ms`,
    `server: ${mib(seen.serverBytes.before)} MiB before, ${mib(seen.serverBytes.after)} MiB after; slack ${seen.slackMs.toFixed(0)} ms`,
    ...(problems.length === 0 ? ["withstood"] : [`FAILED, ${problems.length} problems:`]),
    ...problems.slice(0, shown).map((problem) => `- ${problem}`),
    ...more,
  ].join("\n");
}

function rows(outcomes: readonly Outcome[]): string[][] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const name = `${outcome.kind}\t${outcome.end}`;
    groups.set(name, [...(groups.get(name) ?? []), outcome]);
  }
  return [...groups]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, its]) => {
      const times = its.map(({ tookMs }) => tookMs / 1000).sort((one, other) => one - other);
      const [kind = "", end = ""] = name.split("\t");
      const allowed = its.every(({ isAllowed }) => isAllowed) ? "yes" : "NO";
      const middle = times[times.length >> 1] ?? 0;
      return [kind, end, String(its.length), middle.toFixed(2), (times.at(-1) ?? 0).toFixed(2), allowed];
    });
}
