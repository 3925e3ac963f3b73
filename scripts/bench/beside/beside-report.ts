/** What a run beside llama-server found; also the shape of the file that `--json` writes. Times are milliseconds. */
import type { Spread } from "../bench-report.js";

export type Maker = "ours" | "theirs";

/** One server with one number of streams. */
export interface SpeedNumbers {
  readonly tokensPerSecond: Spread;
  /** Median time to the first token. */
  readonly firstTokenMs: Spread;
  /** Processor time of all its processes for each token of an answer; NaN where it cannot be known. */
  readonly cpuMsPerToken: Spread;
}

export interface SpeedRow {
  readonly threads: number;
  readonly streams: number;
  readonly ours: SpeedNumbers;
  readonly theirs: SpeedNumbers;
  /** Ours divided by theirs, round by round. */
  readonly ratio: SpeedNumbers;
  /** Processes that wanted a processor besides, as the system's mean of a minute at each round. */
  readonly load: Spread;
}

export interface CachingRow {
  readonly what: string;
  /** Tokens of all prompts together, and those of them that were computed. */
  readonly ours: { readonly prompt: number; readonly computed: number };
  readonly theirs: { readonly prompt: number; readonly computed: number };
}

/** From the start of a process to a model that is ready. */
export interface LoadNumbers {
  readonly wallMs: Spread;
  /** Of all its processes. */
  readonly cpuMs: Spread;
}

export interface LoadRow {
  readonly file: string;
  readonly sizeBytes: number;
  readonly ours: LoadNumbers;
  /** The part of ours that the engine's process took; the rest is the server that starts. */
  readonly engineCpuMs: Spread;
  readonly theirs: LoadNumbers;
  /** Ours divided by theirs. */
  readonly ratio: LoadNumbers;
}

/** Tokens a second beside programs that want a processor too, by server: `ours-2` is ours with two threads. */
export interface BusyRow {
  readonly neighbours: string;
  readonly streams: number;
  readonly tokensPerSecond: Readonly<Record<string, Spread>>;
}

export interface BesideReport {
  readonly startedAt: string;
  readonly seconds: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryBytes: number; readonly os: string };
  /** Which of the engine's libraries for a processor both run. */
  readonly cpuLibrary: string;
  readonly versions: { readonly ours: string; readonly engine: string; readonly node: string };
  readonly model: { readonly file: string; readonly sizeBytes: number };
  readonly rounds: number;
  readonly tokens: number;
  readonly slots: number;
  readonly context: number;
  readonly loadBefore: number;
  readonly speed: readonly SpeedRow[];
  readonly caching: readonly CachingRow[];
  readonly loads: readonly LoadRow[];
  readonly busy: readonly BusyRow[];
}
