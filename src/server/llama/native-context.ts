/**
 * The context of a model without the library's own dispatcher: decoding steps, sampling, and the memory of sequences.
 *
 * The only file that names what node-llama-cpp keeps to itself about contexts. Nothing here waits for anything: whoever
 * calls sees to it that `decode`, `copy`, `save` and `load` never run at the same time.
 *
 * Sources: node-llama-cpp `llama/addon/AddonContext.cpp`, `AddonSampler.cpp`, `LlamaContext.js`.
 */
import { env } from "node:process";
import type { LlamaContext, LlamaModel, Token } from "node-llama-cpp";

/** The version of node-llama-cpp whose inner order this relies on. docs/dependencies.md says how to move to another. */
export const writtenFor = "3.22.1";

/** Tokens of one sequence that follow each other, as part of a step. */
export interface Rows {
  readonly sequenceId: number;
  /** Position of the first of them in the sequence. */
  readonly position: number;
  readonly tokens: readonly Token[];
  /** How many of the last ones are sampled from: 0 for a piece of prompt that another follows, 1 for most others. */
  readonly sampled: number;
}

/** How far an answer has come in a grammar, as native code keeps it. A sampler that has it moves it on. */
export type NativeGrammar = object;

/** What a sampler is told, in the library's own words; what is off is left out. */
export interface SamplerConfig {
  readonly temperature: number;
  readonly seed: number;
  readonly minP?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly repeatPenalty?: number;
  /** Tokens that are looked back on. */
  readonly repeatPenaltyMaxTokens?: number;
  /** What the look back begins with; the sampler itself adds each token that it chose. */
  readonly repeatPenaltyTokens?: Uint32Array;
  readonly xtcProbability?: number;
  readonly xtcThreshold?: number;
  /** Added to the scores of these tokens before everything else: as many values as keys, at least one. */
  readonly tokenBiasKeys?: Uint32Array;
  readonly tokenBiasValues?: Float32Array;
  /** The sampler itself moves it on by each token that it chose. */
  readonly grammarEvaluationState?: NativeGrammar;
}

/** Raw scores of a row. */
export interface RowLogits {
  readonly byToken: ReadonlyMap<Token, number>;
  /** The likeliest tokens, the likeliest first: as many as were asked for. */
  readonly top: readonly Token[];
  /** The sum of exp(score - the greatest score) over the whole vocabulary; 0 where no likeliest tokens were asked for. */
  readonly totalWeight: number;
}

/** Which scores of a row are told. Source: node-llama-cpp `LlamaContext.js`, the arguments of `sampleToken`. */
type LogitsFilter = [tokens: readonly Token[], max: false, min: false, chosen: false, top: number];
type SampledWithLogits = [
  token: number,
  all: undefined,
  confidence: undefined,
  logits?: number[],
  totalWeight?: number,
];

/** Chooses the tokens of one answer. Its native memory is freed by `dispose`, and only then. */
export interface NativeSampler {
  applyConfig(config: SamplerConfig): void;
  dispose(): void;
}

interface AddonContext {
  initBatch(rows: number): void;
  addToBatch(sequenceId: number, position: number, tokens: Uint32Array, sampled: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(row: number, sampler: NativeSampler): Promise<number>;
  sampleToken(
    row: number,
    sampler: NativeSampler,
    all: false,
    confidence: false,
    logits: LogitsFilter,
    totalWeight: boolean,
  ): Promise<SampledWithLogits>;
  setThreads(threads: number): void;
  removeTokenCellsFromSequence(sequenceId: number, start: number, end: number): boolean;
  getSequenceKvCacheMinPosition(sequenceId: number): number;
  copySequenceStateFromOtherSequence(targetId: number, sourceId: number): Promise<number>;
  saveSequenceStateToFile(path: string, sequenceId: number, tokens: Uint32Array): Promise<number>;
  loadSequenceStateFromFile(path: string, sequenceId: number, mostTokens: number): Promise<Uint32Array>;
}

const needed: readonly (keyof AddonContext)[] = [
  "initBatch",
  "addToBatch",
  "decodeBatch",
  "sampleToken",
  "setThreads",
  "removeTokenCellsFromSequence",
  "getSequenceKvCacheMinPosition",
  "copySequenceStateFromOtherSequence",
  "saveSequenceStateToFile",
  "loadSequenceStateFromFile",
];

/** The end of a sequence, however long it is. Source: llama.h `llama_memory_seq_rm`, "p1 < 0 : [p0, inf)". */
const toTheEnd = -1;

/**
 * Whether all native work of this process is done by one thread in the order it was asked for: then a token may be
 * sampled from a step that is still computed, without coming back here in between. Source: libuv, "Thread pool work scheduling".
 */
// biome-ignore lint/style/noProcessEnv: a fact about this process, which is no setting
const isSerial = env.UV_THREADPOOL_SIZE === "1";

const lastOfOne = Uint32Array.of(0);
const none = new Uint32Array(0);

export class NativeContext {
  readonly isSerial: boolean = isSerial;
  readonly #oneToken = new Uint32Array(1);
  readonly #addon: AddonContext;
  readonly #createSampler: () => NativeSampler;
  /** Keeps the library's object, which frees the native one when it is collected. */
  readonly context: LlamaContext;

  /** Throws where the library is another than the one this was written for, and lacks what is needed. */
  constructor(model: LlamaModel, context: LlamaContext) {
    const { _ctx } = context as unknown as { readonly _ctx?: AddonContext };
    const inner = model as unknown as {
      readonly _model?: object;
      readonly _llama?: { readonly _bindings?: { readonly AddonSampler?: new (model: object) => NativeSampler } };
    };
    const [nativeModel, Sampler] = [inner._model, inner._llama?._bindings?.AddonSampler];
    const missing = needed.filter((name) => typeof _ctx?.[name] !== "function");
    if (_ctx === undefined || nativeModel === undefined || Sampler === undefined || missing.length > 0) {
      const what = missing.length > 0 ? missing.join(", ") : "AddonSampler";
      throw new Error(`node-llama-cpp has no ${what} here. This engine needs ${writtenFor}; "npm ci" installs it.`);
    }
    this.context = context;
    this.#addon = _ctx;
    this.#createSampler = () => new Sampler(nativeModel);
  }

  /** A sampler that has yet to be told its configuration. */
  createSampler(): NativeSampler {
    return this.#createSampler();
  }

  /** Threads for the steps that follow, from 1. */
  useThreads(threads: number): void {
    this.#addon.setThreads(threads);
  }

  /**
   * Computes one step. Sequences in the order of their ids are joined into one pass over the weights.
   *
   * Rejects when there is no room for the rows, or the computation fails; what the sequences of the step hold is unknown
   * then.
   */
  decode(step: readonly Rows[]): Promise<void> {
    let size = 0;
    for (const { tokens } of step) size += tokens.length;
    this.#addon.initBatch(size);
    for (const { sequenceId, position, tokens, sampled } of step) {
      if (tokens.length === 1) {
        // what most rows are; the call copies
        this.#oneToken[0] = tokens[0] ?? 0;
        this.#addon.addToBatch(sequenceId, position, this.#oneToken, sampled === 1 ? lastOfOne : none);
        continue;
      }
      const indexes = Uint32Array.from({ length: sampled }, (_, n) => tokens.length - sampled + n);
      this.#addon.addToBatch(sequenceId, position, Uint32Array.from(tokens), indexes);
    }
    return this.#addon.decodeBatch();
  }

  /**
   * Chooses the token that follows a row of the last step and tells the sampler of it. `row` counts the tokens of the step
   * from 0, those of all sequences; the row must be one that is sampled from. Null where the model gives nothing.
   */
  async sample(row: number, sampler: NativeSampler): Promise<Token | null> {
    const token = await this.#addon.sampleToken(row, sampler);
    return token < 0 ? null : (token as Token);
  }

  /**
   * The scores of these tokens in a row of the last step, and of the `top` likeliest, which costs sorting the vocabulary.
   * They are raw where `sampler` has nothing but temperature 0. The sampler is told of no token.
   */
  async logits(row: number, sampler: NativeSampler, tokens: readonly Token[], top: number): Promise<RowLogits> {
    const filter: LogitsFilter = [tokens, false, false, false, top];
    const [, , , flat = [], totalWeight = 0] = await this.#addon.sampleToken(
      row,
      sampler,
      false,
      false,
      filter,
      top > 0,
    );
    const pairs = Array.from({ length: flat.length / 2 }, (_, at) => [
      flat[2 * at] as Token,
      flat[2 * at + 1] as number,
    ]);
    return {
      byToken: new Map(pairs as [Token, number][]),
      top: pairs.slice(0, top).map(([token]) => token as Token),
      totalWeight,
    };
  }

  /**
   * Forgets what a sequence holds from this position on; false when it cannot (recurrent models) and holds all as before.
   * Position 0 forgets everything and always can.
   */
  removeFrom(sequenceId: number, position: number): boolean {
    return this.#addon.removeTokenCellsFromSequence(sequenceId, position, toTheEnd);
  }

  /** First position that a sequence still holds: above 0 where only a window is kept; -1 where it holds nothing. */
  minPosition(sequenceId: number): number {
    return this.#addon.getSequenceKvCacheMinPosition(sequenceId);
  }

  /**
   * Makes the target hold what the source holds, and nothing else. The library moves the data with the next step only:
   * `settleCopy` must follow before anything is saved, loaded or copied. Source: llama-kv-cache.cpp `seq_cp`, `update`.
   */
  async copy(sourceId: number, targetId: number): Promise<void> {
    await this.#addon.copySequenceStateFromOtherSequence(targetId, sourceId);
  }

  /** Moves the data of copies: computes one token behind what the target holds, and forgets it. */
  async settleCopy(targetId: number, position: number, token: readonly Token[]): Promise<void> {
    await this.decode([{ sequenceId: targetId, position, tokens: token, sampled: 0 }]);
    if (!this.removeFrom(targetId, position)) throw new Error("The token behind a copy could not be taken back.");
  }

  /** Writes what a sequence holds to a file; resolves with its size in bytes. Rejects when it cannot be written. */
  save(path: string, sequenceId: number, tokens: readonly Token[]): Promise<number> {
    return this.#addon.saveSequenceStateToFile(path, sequenceId, Uint32Array.from(tokens));
  }

  /**
   * Reads what `save` wrote; resolves with its tokens. Rejects when the file is of another context or has more tokens
   * than `mostTokens`. A damaged file may end the process: check it before.
   */
  async load(path: string, sequenceId: number, mostTokens: number): Promise<Token[]> {
    return Array.from(await this.#addon.loadSequenceStateFromFile(path, sequenceId, mostTokens)) as Token[];
  }
}
