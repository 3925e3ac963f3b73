import type { Spread } from "../bench-report.js";
import type { BesideReport, BusyRow, CachingRow, LoadRow, SpeedRow } from "./beside-report.js";

/** The report as Markdown: where it was taken, and a table for each part that was measured. */
export function formatBeside(report: BesideReport): string {
  const parts = [
    head(report),
    report.speed.length > 0 && speed(report.speed),
    report.caching.length > 0 && caching(report.caching),
    report.loads.length > 0 && loads(report.loads),
    report.busy.length > 0 && busy(report.busy),
  ];
  return parts.filter((part) => part !== false).join("\n\n");
}

const number = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");
const ranged = ({ median, least, greatest, n }: Spread, digits: number): string => {
  const middle = number(median, digits);
  return n > 1 ? `${middle} (${number(least, digits)}–${number(greatest, digits)})` : middle;
};
const both = (ours: Spread, theirs: Spread, digits: number): string =>
  `${number(ours.median, digits)} / ${number(theirs.median, digits)}`;

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function head({ machine, model, versions, ...report }: BesideReport): string {
  const { cpu, cores, memoryBytes, os } = machine;
  return [
    `Taken on ${report.startedAt.slice(0, 10)} in ${number(report.seconds / 60, 1)} minutes by \`npm run bench -- --model smollm2\`: LocalLab ${versions.ours}, engine ${versions.engine}, Node ${versions.node};`,
    `${cpu}, ${cores} cores, ${number(memoryBytes / 2 ** 30, 0)} GiB, ${os}, load ${number(report.loadBefore, 1)} before.`,
    `Model: ${model.file}, ${number(model.sizeBytes / 1e6, 0)} MB. llama-server runs the engine's own libraries (processor: ${report.cpuLibrary}), the same threads,`,
    `${report.slots} slots of ${report.context} tokens. Medians of ${report.rounds} rounds in random order, (least–greatest); ratios are of each round.`,
  ].join("\n");
}

function speed(rows: readonly SpeedRow[]): string {
  const cells = rows.map(({ threads, streams, ours, theirs, ratio, load }) => [
    String(threads),
    String(streams),
    number(ours.tokensPerSecond.median, 0),
    number(theirs.tokensPerSecond.median, 0),
    ranged(ratio.tokensPerSecond, 2),
    both(ours.firstTokenMs, theirs.firstTokenMs, 0),
    ranged(ratio.firstTokenMs, 2),
    both(ours.cpuMsPerToken, theirs.cpuMsPerToken, 1),
    ranged(ratio.cpuMsPerToken, 2),
    number(load.median, 1),
  ]);
  const header = [
    "threads",
    "streams",
    "LocalLab, tokens/s",
    "llama-server, tokens/s",
    "ratio",
    "first token, ms (ours / theirs)",
    "ratio",
    "processor ms per token (ours / theirs)",
    "ratio",
    "load",
  ];
  return table(header, cells);
}

function caching(rows: readonly CachingRow[]): string {
  const cells = rows.map(({ what, ours, theirs }) => [
    what,
    `${ours.computed} of ${ours.prompt}`,
    `${theirs.computed} of ${theirs.prompt}`,
    number(ours.computed / theirs.computed, 2),
  ]);
  return table(["prompt tokens computed, 4 slots", "LocalLab", "llama-server", "ratio"], cells);
}

function loads(rows: readonly LoadRow[]): string {
  const cells = rows.map(({ file, sizeBytes, ours, theirs, ratio, engineCpuMs }) => [
    file,
    number(sizeBytes / 1e6, 0),
    both(ours.wallMs, theirs.wallMs, 0),
    ranged(ratio.wallMs, 2),
    both(ours.cpuMs, theirs.cpuMs, 0),
    ranged(ratio.cpuMs, 2),
    number(engineCpuMs.median, 0),
    number(engineCpuMs.median / theirs.cpuMs.median, 2),
  ]);
  const header = [
    "from start to a loaded model",
    "MB",
    "ms (ours / theirs)",
    "ratio",
    "processor ms (ours / theirs)",
    "ratio",
    "our engine alone, processor ms",
    "ratio",
  ];
  return table(header, cells);
}

function busy(rows: readonly BusyRow[]): string {
  const servers = Object.keys(rows[0]?.tokensPerSecond ?? {});
  const named = (server: string): string => {
    const [maker, threads] = server.split("-");
    return `${maker === "ours" ? "LocalLab" : "llama-server"}, ${threads} thread${threads === "1" ? "" : "s"}`;
  };
  const cells = rows.map(({ neighbours, streams, tokensPerSecond }) => [
    neighbours,
    String(streams),
    ...servers.map((server) => {
      const rates = tokensPerSecond[server];
      return rates === undefined ? "–" : ranged(rates, rates.median < 10 ? 1 : 0);
    }),
  ]);
  return table(["neighbours", "streams", ...servers.map(named)], cells);
}
