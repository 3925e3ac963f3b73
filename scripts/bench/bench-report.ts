/** What a benchmark run found; also the shape of the file that `--json` writes. Times are milliseconds, sizes bytes. */

/** Median and range of `n` values, one per round. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  readonly n: number;
}

/** One server with one number of streams, over all rounds. Percentiles are over all requests or gaps together. */
export interface StreamNumbers {
  /** Tokens of all streams per second, from the first request sent to the last answer ended. */
  readonly tokensPerSecond: Spread;
  readonly firstTokenP50: number;
  readonly firstTokenP99: number;
  readonly requests: number;
  /** Between two pieces of one stream. */
  readonly gapP50: number;
  readonly gapP90: number;
  readonly gapP99: number;
  readonly gaps: number;
  /** Tokens received in all rounds, and how many were asked for. */
  readonly tokens: number;
  readonly tokensAsked: number;
  /** Tokens of one prompt, the mean. */
  readonly promptTokens: number;
  /** Share of the prompt tokens that were in a cache, 0 to 1. */
  readonly cachedShare: number;
  /** Requests that ended before they had all their tokens. */
  readonly endedEarly: number;
}

/** Ours divided by theirs, round by round. */
export interface StreamRatios {
  readonly tokensPerSecond: Spread;
  readonly firstTokenP50: Spread;
  readonly firstTokenP99: Spread;
  readonly gapP50: Spread;
  readonly gapP90: Spread;
  readonly gapP99: Spread;
}

export interface StreamRow {
  readonly streams: number;
  readonly ours: StreamNumbers;
  readonly theirs: StreamNumbers | null;
  readonly ratio: StreamRatios | null;
}

/** From the moment the client goes away to the moment the server says that the slot is idle. */
export interface CancelNumbers {
  readonly median: number;
  readonly greatest: number;
  /** Of a decoding step, or of one piece of the prompt while it is read. */
  readonly stepMs: number;
  /** `median` and `greatest` in such steps. */
  readonly medianSteps: number;
  readonly greatestSteps: number;
  readonly n: number;
}

export type CancelCase = "decoding, alone" | "decoding, one of all slots" | "reading its prompt";

export interface CancelRow {
  readonly when: CancelCase;
  readonly ours: CancelNumbers;
  readonly theirs: CancelNumbers | null;
  /** Ours divided by theirs, of the medians. */
  readonly ratio: number | null;
}

export interface HealthNumbers {
  readonly p50: number;
  readonly p99: number;
  readonly greatest: number;
  readonly n: number;
}

export interface HealthRow {
  /** Streams that ran meanwhile. */
  readonly streams: number;
  readonly ours: HealthNumbers;
  readonly theirs: HealthNumbers | null;
  /** Ours divided by theirs, of the medians. */
  readonly ratio: number | null;
}

/** Resident memory of one process around many short requests. */
export interface MemoryRow {
  readonly process: "server" | "engine";
  readonly before: number;
  readonly after: number;
  /** Bytes per 1,000 requests, from peak to peak. */
  readonly growth: number;
  readonly requests: number;
  /** Requests answered and resident bytes at that moment. */
  readonly samples: readonly (readonly [requests: number, bytes: number])[];
}

/** What keys get of a server that all of them ask for more than it has. */
export interface FairnessRow {
  /** Greedy keys. */
  readonly keys: number;
  /** Requests that each of them keeps under way. */
  readonly requestsAtOnce: readonly number[];
  /** Tokens that each of them got in the same time. */
  readonly tokens: readonly number[];
  /** Jain's index of `tokens`: 1 when all got the same, 1/keys when one got all. */
  readonly jain: number;
  /** First token of a key that asks once in their midst, and the median of one whole request of theirs, in ms. */
  readonly latecomerMs: number;
  readonly peerMs: number;
  /** The first divided by the second. */
  readonly ratio: number;
}

/** A number this project set itself, and whether this run reached it. */
export interface Aim {
  readonly what: string;
  readonly value: number;
  readonly aim: string;
  readonly isReached: boolean;
}

export interface BenchReport {
  readonly startedAt: string;
  readonly seconds: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryBytes: number; readonly os: string };
  /** Processes that wanted the processor when the run began, averaged over a minute; 0 on a quiet machine. */
  readonly loadBefore: number;
  readonly node: string;
  readonly model: { readonly name: string; readonly path: string | null; readonly sizeBytes: number };
  readonly server: {
    readonly version: string;
    readonly slots: number;
    readonly context: number;
    readonly threads: number;
  };
  readonly against: { readonly url: string; readonly shape: string } | null;
  readonly rounds: number;
  readonly tokens: number;
  readonly streams: readonly StreamRow[];
  /** Throughput with the most streams divided by that with the fewest, round by round; null with one number of streams. */
  readonly scaling: {
    readonly most: number;
    readonly fewest: number;
    readonly ours: Spread;
    readonly theirs: Spread | null;
  } | null;
  /** Measurements repeated with other prompts because a request had ended early. */
  readonly repeated: number;
  readonly cancel: readonly CancelRow[];
  readonly health: readonly HealthRow[];
  readonly memory: readonly MemoryRow[];
  readonly fairness: FairnessRow;
  readonly aims: readonly Aim[];
}
