import type {
  BenchReport,
  CancelNumbers,
  HealthNumbers,
  MemoryRow,
  Spread,
  StreamNumbers,
  StreamRatios,
} from "./bench-report.js";
import { formatTable } from "./format-table.js";

const mebibyte = 2 ** 20;

/** The report as text: what was measured, one table per question, and the aims. */
export function formatReport(report: BenchReport): string {
  return [
    head(report),
    streams(report),
    cancel(report),
    health(report),
    memory(report),
    fairness(report),
    aims(report),
  ].join("\n\n");
}

const number = (value: number, digits = 1): string => (Number.isFinite(value) ? value.toFixed(digits) : "-");
const range = ({ median, least, greatest, n }: Spread, digits = 1): string =>
  n > 1 ? `${number(median, digits)} (${number(least, digits)}-${number(greatest, digits)})` : number(median, digits);
const mebibytes = (bytes: number): string => number(bytes / mebibyte);

function head({ machine, model, server, ...report }: BenchReport): string {
  const { cpu, cores, memoryBytes, os } = machine;
  const lines = [
    `LocalLab ${server.version} · ${report.startedAt} · ${number(report.seconds, 0)} s`,
    `machine: ${cpu}, ${cores} cores, ${number(memoryBytes / 2 ** 30, 0)} GiB, ${os}, Node ${report.node}, load ${number(report.loadBefore)} before`,
    `model: ${model.name}, ${mebibytes(model.sizeBytes)} MiB${model.path === null ? "" : `, ${model.path}`}`,
    `server: ${server.slots} slots of ${server.context} tokens, ${server.threads} threads`,
    `${report.rounds} rounds, ${report.tokens} tokens a request, greedy; warm-up not counted`,
  ];
  if (report.against) lines.push(`against: ${report.against.url} (${report.against.shape}), in the same rounds`);
  return lines.join("\n");
}

function streams({ streams: rows, scaling, repeated, tokens: each }: BenchReport): string {
  const header = [
    "streams",
    "server",
    "tok/s",
    "first token p50",
    "p99",
    "gap p50",
    "p90",
    "p99",
    "tokens",
    "requests",
    "gaps",
  ];
  const table = rows.flatMap(({ streams: count, ours, theirs, ratio }) => [
    [String(count), "ours", ...streamCells(ours)],
    ...(theirs ? [["", "theirs", ...streamCells(theirs)]] : []),
    ...(ratio ? [["", "ours : theirs", ...ratioCells(ratio)]] : []),
  ]);
  const lines = [
    formatTable([header, ...table], 2),
    "times in ms; tok/s and ratios: median of the rounds (least-greatest)",
  ];
  if (scaling) {
    const theirs = scaling.theirs ? `; theirs ${range(scaling.theirs, 2)}` : "";
    lines.push(
      `${scaling.most} streams : ${scaling.fewest}: ${range(scaling.ours, 2)}${theirs}, of ${scaling.ours.n} rounds`,
    );
  }
  const requests = rows.reduce((sum, { ours }) => sum + ours.requests, 0);
  const early = rows.reduce((sum, { ours }) => sum + ours.endedEarly, 0);
  lines.push(
    `${requests - early} of ${requests} requests had all ${each} tokens; ${repeated} measurements were repeated for that`,
  );
  const [first] = rows;
  if (first) {
    const cached = Math.max(...rows.map(({ ours }) => ours.cachedShare));
    lines.push(
      `prompts of ${number(first.ours.promptTokens)} tokens, at most ${number(cached * 100)} % of them cached`,
    );
  }
  return lines.join("\n");
}

function streamCells(numbers: StreamNumbers): string[] {
  return [
    range(numbers.tokensPerSecond),
    number(numbers.firstTokenP50),
    number(numbers.firstTokenP99),
    number(numbers.gapP50),
    number(numbers.gapP90),
    number(numbers.gapP99),
    String(numbers.tokens),
    String(numbers.requests),
    String(numbers.gaps),
  ];
}

function ratioCells(ratios: StreamRatios): string[] {
  return [
    range(ratios.tokensPerSecond, 2),
    number(ratios.firstTokenP50.median, 2),
    number(ratios.firstTokenP99.median, 2),
    number(ratios.gapP50.median, 2),
    number(ratios.gapP90.median, 2),
    number(ratios.gapP99.median, 2),
    `n ${ratios.tokensPerSecond.n}`,
  ];
}

function cancel({ cancel: rows }: BenchReport): string {
  const header = ["cancel to idle", "server", "median", "greatest", "step", "median steps", "greatest steps", "n"];
  const cells = (numbers: CancelNumbers): string[] => [
    number(numbers.median),
    number(numbers.greatest),
    number(numbers.stepMs),
    number(numbers.medianSteps, 2),
    number(numbers.greatestSteps, 2),
    String(numbers.n),
  ];
  const table = rows.flatMap(({ when, ours, theirs, ratio }) => [
    [when, "ours", ...cells(ours)],
    ...(theirs ? [["", "theirs", ...cells(theirs)]] : []),
    ...(ratio === null ? [] : [["", "ours : theirs", number(ratio, 2)]]),
  ]);
  return `${formatTable([header, ...table], 2)}\ntimes in ms; a step is one decoding step, or 128 tokens of a prompt`;
}

function health({ health: rows }: BenchReport): string {
  const header = ["GET /health", "server", "p50", "p99", "greatest", "n"];
  const cells = ({ p50, p99, greatest, n }: HealthNumbers): string[] => [
    number(p50, 2),
    number(p99, 2),
    number(greatest, 2),
    String(n),
  ];
  const table = rows.flatMap(({ streams: count, ours, theirs, ratio }) => [
    [`${count} streams`, "ours", ...cells(ours)],
    ...(theirs ? [["", "theirs", ...cells(theirs)]] : []),
    ...(ratio === null ? [] : [["", "ours : theirs", number(ratio, 2)]]),
  ]);
  return `${formatTable([header, ...table], 2)}\ntimes in ms; asked every 10 ms`;
}

function memory({ memory: rows }: BenchReport): string {
  const header = ["resident memory, MiB", "before", "after", "growth per 1,000", "requests", "samples"];
  const cells = (row: MemoryRow): string[] => [
    row.process,
    mebibytes(row.before),
    mebibytes(row.after),
    mebibytes(row.growth),
    String(row.requests),
    String(row.samples.length),
  ];
  return `${formatTable([header, ...rows.map(cells)], 1)}\ngrowth: from the peak of the earlier half to that of the later; the server collects its garbage before each sample`;
}

function fairness({ fairness: row }: BenchReport): string {
  const header = ["fairness", "Jain's index", "latecomer's first token", "a peer's request", "ratio", "tokens by key"];
  const cells = [
    `${row.keys} greedy keys`,
    number(row.jain, 3),
    number(row.latecomerMs),
    number(row.peerMs),
    number(row.ratio, 2),
    row.tokens.join(" "),
  ];
  return `${formatTable([header, cells], 1)}\ntimes in ms; the keys keep ${row.requestsAtOnce.join(", ")} requests under way`;
}

function aims({ aims: rows }: BenchReport): string {
  const header = ["aim", "", "measured", ""];
  const table = rows.map(({ what, aim, value, isReached }) => [
    what,
    aim,
    number(value, 2),
    isReached ? "reached" : "MISSED",
  ]);
  return formatTable([header, ...table], 2);
}
