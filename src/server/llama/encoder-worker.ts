import type { EngineOptions, FromEngine, GenerateMessage, LoadedModel, ToEngine } from "../engine/local/messages.js";
import { EngineTexts } from "./engine-texts.js";
import type { EngineWorker } from "./engine-worker.js";
import { type EncoderInMemory, loadEncoder } from "./load-encoder.js";
import { MeasuredTokens } from "./measured-tokens.js";
import { Measures } from "./measures.js";
import type { NativeLog } from "./native-log.js";
import { StepOutbox } from "./step-outbox.js";

/** Rerankers whose graph ends in a softmax. Source: llama.cpp `llm_graph_context::build_pooling`. */
const softmaxArchitectures: ReadonlySet<string> = new Set(["qwen3", "qwen3vl"]);

/** A loaded model for embeddings, or a reranker, at work. */
export class EncoderWorker implements EngineWorker {
  readonly facts: LoadedModel;
  readonly #memory: EncoderInMemory;
  readonly #measures: Measures;
  readonly #texts: EngineTexts;

  /** Loads the model of the options. Throws `LoadFailed` with the reason. */
  static async load(
    options: EngineOptions,
    log: NativeLog,
    send: (message: FromEngine) => void,
    onProgress: (fraction: number) => void,
  ): Promise<EncoderWorker> {
    return new EncoderWorker(await loadEncoder(options, log, onProgress), send);
  }

  private constructor(memory: EncoderInMemory, send: (message: FromEngine) => void) {
    const { open, encoder, gate, vocabulary, tokenizer, card, facts } = memory;
    this.facts = facts;
    this.#memory = memory;
    this.#texts = new EngineTexts(null, tokenizer, vocabulary);
    this.#measures = new Measures({
      encoder,
      gate,
      card,
      tokens: new MeasuredTokens(open.model, tokenizer, vocabulary.size),
      context: facts.context,
      dimensions: facts.vectors?.dimensions ?? 1,
      givesShares: softmaxArchitectures.has(facts.architecture),
      outbox: new StepOutbox(send),
      logError: (message) => send({ type: "log", level: "error", message }),
    });
  }

  generate(task: GenerateMessage): void {
    this.#measures.start(task);
  }

  answer(asked: Extract<ToEngine, { type: "ask" }>): FromEngine {
    return this.#texts.answered(asked);
  }

  limit(id: number, maxTokens: number): void {
    this.#measures.limit(id, maxTokens);
  }

  cancel(id: number): void {
    this.#measures.cancel(id);
  }

  /** Nothing of a text is remembered. */
  forget(): void {}

  useThreads(threads: number): void {
    this.#memory.gate.allow(Math.max(1, Math.min(threads, this.facts.threads ?? threads)));
  }

  async memory(): Promise<FromEngine> {
    const { open, gate } = this.#memory;
    return {
      type: "memory",
      residentBytes: process.memoryUsage.rss(),
      gpuBytes: open.llama.gpu === false ? null : (await open.llama.getVramState()).used,
      threadsInUse: gate.threads,
      keptBytes: 0,
      decodes: this.#measures.decodes,
      decodedRows: this.#measures.decodedRows,
    };
  }

  async stop(): Promise<void> {
    await this.#measures.cancelAll();
    this.#memory.gate.close();
  }
}
