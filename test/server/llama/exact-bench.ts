/** A real model under the engine's own step loop, with the probability of every chosen token noted to the last bit. */
import { getLlama, type LlamaContext, LlamaLogLevel, type LlamaModel, type Token } from "node-llama-cpp";
import { NativeContext, type NativeSampler, type SamplerConfig } from "../../../src/server/llama/native-context.js";
import { keepFirst, reusable } from "../../../src/server/llama/reuse.js";
import { Samplers } from "../../../src/server/llama/samplers.js";
import { type Slot, Slots } from "../../../src/server/llama/slots.js";
import { StepLoop } from "../../../src/server/llama/step-loop.js";

type Sampled = [token: number, probabilities: undefined, confidence: number];

/** Notes how likely each chosen token was: a number that changes with the last bit of any logit. */
class NotingContext extends NativeContext {
  readonly notes = new Map<NativeSampler, number[]>();

  override async sample(row: number, sampler: NativeSampler): Promise<Token | null> {
    const { _ctx } = this.context as unknown as {
      _ctx: { sampleToken(row: number, sampler: NativeSampler, all: false, confidence: true): Promise<Sampled> };
    };
    const [token, , confidence] = await _ctx.sampleToken(row, sampler, false, true);
    this.notes.get(sampler)?.push(confidence);
    return token as Token;
  }
}

export interface Asked {
  readonly tokens: readonly Token[];
  /** Probability of each of them. */
  readonly notes: readonly number[];
  readonly cachedTokens: number;
}

export interface AskOptions extends Partial<SamplerConfig> {
  readonly exact?: boolean;
  readonly newTokens?: number;
  readonly signal?: AbortSignal;
}

export interface ExactBenchOptions {
  readonly slots: number;
  readonly flashAttention: boolean;
  /** Threads of the next step. */
  readonly threadsOf: () => number;
}

export class ExactBench {
  readonly slots: readonly Slot[];
  readonly steps: StepLoop;
  readonly #model: LlamaModel;
  readonly #context: NotingContext;
  readonly #samplers: Samplers;

  static async open(modelPath: string, { slots, flashAttention, threadsOf }: ExactBenchOptions): Promise<ExactBench> {
    const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
    const model = await llama.loadModel({ modelPath });
    const sizes = { sequences: slots, contextSize: 1024, batchSize: 128 };
    const context = await model.createContext({ ...sizes, threads: threadsOf(), flashAttention });
    return new ExactBench(model, context, slots, threadsOf);
  }

  private constructor(model: LlamaModel, context: LlamaContext, slots: number, threadsOf: () => number) {
    this.#model = model;
    this.#context = new NotingContext(model, context);
    this.#samplers = new Samplers(() => this.#context.createSampler());
    this.steps = new StepLoop(this.#context, 128, { beforeStep: threadsOf, afterStep: () => {} });
    const all = new Slots(slots);
    this.slots = Array.from({ length: slots }, () => all.take({ prompt: [], key: "home", pieceTokens: null }) as Slot);
  }

  async ask(id: number, prompt: readonly Token[], options: AskOptions = {}): Promise<Asked> {
    const { exact = true, newTokens = 12, signal = new AbortController().signal, ...config } = options;
    const slot = this.slots[id] as Slot;
    const kept = reusable(slot, prompt, exact ? this.steps.pieceTokens : null);
    await this.steps.betweenSteps(() => void keepFirst(this.#context, slot, kept, this.steps.pieceTokens));
    const sampler = this.#samplers.of(id, { temperature: 0, seed: 7, ...config });
    const notes: number[] = [];
    this.#context.notes.set(sampler, notes);
    const tokens: Token[] = [];
    const take = (token: Token): Token[] | null => (tokens.push(token) < newTokens ? [token] : null);
    const choose = (row: number): Promise<Token | null> => this.#context.sample(row, sampler);
    await this.steps.run({ slot, prompt, choose, signal, take, draftRoom: null });
    return { tokens, notes, cachedTokens: kept };
  }

  /** Makes one slot hold what another holds, up to so many tokens. */
  async copy(from: number, to: number, upTo: number): Promise<void> {
    const [source, target] = [this.slots[from] as Slot, this.slots[to] as Slot];
    await this.steps.betweenSteps(async () => {
      await this.#context.copy(from, to);
      target.tokens.splice(0, target.tokens.length, ...source.tokens);
      target.wholeTokens = source.wholeTokens;
      keepFirst(this.#context, target, upTo, this.steps.pieceTokens);
    });
  }

  async close(): Promise<void> {
    await this.#context.context.dispose();
    await this.#model.dispose();
  }
}

/** So many tokens out of the first thousand, others for each seed. */
export function anyTokens(length: number, seed: number): Token[] {
  let number = seed;
  return Array.from({ length }, () => {
    number = (Math.imul(number, 1_103_515_245) + 12_345) >>> 0;
    return (300 + ((number >>> 16) % 700)) as Token;
  });
}
