/**
 * A context in which a model reads a text and gives numbers for it: a vector, or how well it answers a query.
 *
 * The only file that names what node-llama-cpp keeps to itself about such contexts. Its own classes for them take a lock and an
 * iterator for each text, and leave no say in threads. Nothing here waits: one text is read at a time, by who calls.
 *
 * Sources: node-llama-cpp `LlamaEmbeddingContext.js`, `LlamaRankingContext.js`, `llama/addon/AddonContext.cpp` `GetEmbedding`.
 */
import type { LlamaContext, LlamaContextOptions, LlamaModel, Token } from "node-llama-cpp";
import { writtenFor } from "./native-context.js";

interface AddonContext {
  initBatch(rows: number): void;
  addToBatch(sequenceId: number, position: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  getEmbedding(tokens: number): Float64Array;
  removeTokenCellsFromSequence(sequenceId: number, start: number, end: number): boolean;
  setThreads(threads: number): void;
}

const needed: readonly (keyof AddonContext)[] = [
  "initBatch",
  "addToBatch",
  "decodeBatch",
  "getEmbedding",
  "removeTokenCellsFromSequence",
  "setThreads",
];

export interface EncoderOptions {
  /** Tokens of the longest text: all of them are computed in one step, since each may look at all others. */
  readonly tokens: number;
  readonly threads: number;
  readonly flashAttention: boolean;
  /** Pools to a score, and not as the file says. */
  readonly isRanking: boolean;
}

export class EncoderContext {
  readonly #addon: AddonContext;
  /** Keeps the library's object, which frees the native one when it is collected. */
  readonly context: LlamaContext;

  private constructor(context: LlamaContext) {
    const { _ctx } = context as unknown as { readonly _ctx?: AddonContext };
    const missing = needed.filter((name) => typeof _ctx?.[name] !== "function");
    if (_ctx === undefined || missing.length > 0) {
      throw new Error(
        `node-llama-cpp has no inner ${missing.join(", ")} here. This engine needs ${writtenFor}; "npm ci" installs it.`,
      );
    }
    this.context = context;
    this.#addon = _ctx;
  }

  static async create(model: LlamaModel, options: EncoderOptions): Promise<EncoderContext> {
    const { tokens, threads, flashAttention, isRanking } = options;
    const inner: LlamaContextOptions & { _embeddings: boolean; _ranking: boolean } = {
      sequences: 1,
      contextSize: tokens,
      batchSize: tokens,
      threads,
      flashAttention,
      failedCreationRemedy: false,
      _embeddings: true,
      _ranking: isRanking,
    };
    return new EncoderContext(await model.createContext(inner));
  }

  /** Threads for the texts that follow, from 1. */
  useThreads(threads: number): void {
    this.#addon.setThreads(threads);
  }

  /** Reads a text from its first token to its last, and nothing of the one before. Rejects where the computation fails. */
  async encode(tokens: readonly Token[]): Promise<Float64Array> {
    this.#addon.removeTokenCellsFromSequence(0, 0, -1);
    this.#addon.initBatch(tokens.length);
    // all are outputs: pooling needs them, and the library complains of others
    const outputs = Uint32Array.from(tokens, (_, index) => index);
    this.#addon.addToBatch(0, 0, Uint32Array.from(tokens), outputs);
    await this.#addon.decodeBatch();
    return this.#addon.getEmbedding(tokens.length);
  }
}
