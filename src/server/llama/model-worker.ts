import type { GenerationNumbers } from "../engine/fields.js";
import type { EngineOptions, FromEngine, GenerateMessage, LoadedModel, ToEngine } from "../engine/local/messages.js";
import { createMemory } from "./create-memory.js";
import { EngineTexts } from "./engine-texts.js";
import type { EngineWorker } from "./engine-worker.js";
import { loadModel, type ModelInMemory } from "./load-model.js";
import { samplingOf, withModelSampling } from "./model-sampling.js";
import type { NativeLog } from "./native-log.js";
import { Prompts } from "./prompts.js";
import { Requests } from "./requests.js";
import { Samplers } from "./samplers.js";
import type { SlotMemory } from "./slot-memory.js";
import { StepLoop } from "./step-loop.js";
import { StepOutbox } from "./step-outbox.js";
import { TokenSets } from "./token-sets.js";

/** A loaded model at work. */
export class ModelWorker implements EngineWorker {
  readonly facts: LoadedModel;
  readonly #memory: ModelInMemory;
  readonly #requests: Requests;
  readonly #steps: StepLoop;
  readonly #texts: EngineTexts;
  readonly #slotMemory: SlotMemory;
  readonly #sampling: Partial<GenerationNumbers>;

  /** Loads the model of the options. Throws `LoadFailed` with the reason. */
  static async load(
    options: EngineOptions,
    log: NativeLog,
    send: (message: FromEngine) => void,
    onProgress: (fraction: number) => void,
  ): Promise<ModelWorker> {
    return new ModelWorker(await loadModel(options, log, onProgress), options, send);
  }

  private constructor(memory: ModelInMemory, options: EngineOptions, send: (message: FromEngine) => void) {
    const { native, gate, vocabulary, tokenizer, chat, facts } = memory;
    const outbox = new StepOutbox(send);
    this.facts = facts;
    this.#sampling = samplingOf(memory.model.fileInfo.metadata);
    const steps = new StepLoop(native, memory.pieceTokens, gate);
    const slotMemory = createMemory(memory, options, steps, (message) => send({ type: "log", level: "warn", message }));
    this.#slotMemory = slotMemory;
    steps.onStep = () => {
      outbox.batchHandedOver();
      slotMemory.looked();
    };
    this.#steps = steps;
    this.#memory = memory;
    const samplers = new Samplers(() => native.createSampler());
    const special = new Set(tokenizer.special.map(({ id }) => id));
    const tokenSets = new TokenSets(vocabulary, special, memory.isEnd);
    const prompts = new Prompts(chat, tokenizer, vocabulary, facts.context);
    this.#texts = new EngineTexts(prompts, tokenizer, vocabulary);
    this.#requests = new Requests(
      { ...memory, steps, samplers, tokenSets, memory: slotMemory, outbox, context: facts.context },
      prompts,
      (message) => send({ type: "log", level: "error", message }),
    );
  }

  generate(task: GenerateMessage): void {
    this.#requests.start({ ...task, request: withModelSampling(task.request, this.#sampling) });
  }

  /** The answer to a question about its texts. */
  answer(asked: Extract<ToEngine, { type: "ask" }>): FromEngine {
    return this.#texts.answered(asked);
  }

  /** The most new tokens of a run, once its caller's budget is known. */
  limit(id: number, maxTokens: number): void {
    this.#requests.limit(id, maxTokens);
  }

  cancel(id: number): void {
    this.#requests.cancel(id);
  }

  /** Drops what is remembered of a key; null: what is kept outside the slots, of all keys. */
  forget(key: string | null): void {
    this.#slotMemory.forget(key);
  }

  /** Uses at most so many threads from the next step on. */
  useThreads(threads: number): void {
    this.#memory.gate.allow(Math.max(1, Math.min(threads, this.facts.threads ?? threads)));
  }

  /** What the process holds, and how much was decoded so far. */
  async memory(): Promise<FromEngine> {
    const { llama, gate } = this.#memory;
    this.#slotMemory.trim();
    return {
      type: "memory",
      residentBytes: process.memoryUsage.rss(),
      gpuBytes: llama.gpu === false ? null : (await llama.getVramState()).used,
      threadsInUse: gate.threads,
      keptBytes: this.#slotMemory.keptBytes,
      decodes: this.#steps.decodes,
      decodedRows: this.#steps.decodedRows,
    };
  }

  /** Cancels what runs and waits for it. */
  async stop(): Promise<void> {
    await this.#requests.cancelAll();
    this.#memory.gate.close();
    this.#slotMemory.close();
  }
}
