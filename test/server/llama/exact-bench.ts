/** A real model under the engine's own step loop, with the probability of every chosen token noted to the last bit. */
import type { Token } from "node-llama-cpp";
import { loadModel, type ModelInMemory } from "../../../src/server/llama/load-model.js";
import { NativeContext, type NativeSampler, type SamplerConfig } from "../../../src/server/llama/native-context.js";
import { NativeLog } from "../../../src/server/llama/native-log.js";
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

export class ExactBench {
  readonly slots: readonly Slot[];
  readonly steps: StepLoop;
  readonly #memory: ModelInMemory;
  readonly #context: NotingContext;
  readonly #samplers: Samplers;

  /** `threadsOf` says how many threads the next step gets. */
  static async open(modelPath: string, slots: number, threads: number, threadsOf: () => number): Promise<ExactBench> {
    const options = { modelPath, context: 1024, slots, gpu: "off", threads, prefillChunk: "auto" } as const;
    return new ExactBench(await loadModel(options, new NativeLog(() => {}), () => {}), slots, threadsOf);
  }

  constructor(memory: ModelInMemory, slots: number, threadsOf: () => number) {
    this.#memory = memory;
    this.#context = new NotingContext(memory.model, memory.native.context);
    this.#samplers = new Samplers(() => this.#context.createSampler());
    this.steps = new StepLoop(this.#context, memory.pieceTokens, { beforeStep: threadsOf, afterStep: () => {} });
    const all = new Slots(slots);
    this.slots = Array.from({ length: slots }, () => all.take({ prompt: [], key: "home", pieceTokens: null }) as Slot);
  }

  get flashAttention(): boolean {
    return this.#memory.native.context.flashAttention === true;
  }

  tokens(text: string): Token[] {
    return this.#memory.model.tokenize(text);
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
    await this.steps.run({ slot, prompt, sampler, signal, take });
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
    await this.#memory.native.context.dispose();
    await this.#memory.model.dispose();
  }
}

const sentences = [
  "The harbour town had two lighthouses, and the older one was kept by a woman who wrote down every ship.",
  "She noted the weather, the flags, the colour of the sails and what the gulls did before a storm.",
  "In winter she read her own books again and found patterns nobody had told her about.",
  "One day a letter came from the capital that asked for twenty years of her notes.",
  "A scientist wanted to know how the tides had changed; she answered that the books were heavy.",
  "Anyone who came by sea could read them in the kitchen, as long as they dried their hands first.",
];

/** So many tokens of text, another one for each seed. */
export function prose(bench: ExactBench, length: number, seed: number): Token[] {
  let [text, number] = ["", seed];
  while (text.length < length * 5) {
    number = (Math.imul(number, 1_103_515_245) + 12_345) >>> 0;
    text += `${sentences[(number >>> 16) % sentences.length]} ${number % 97} `;
  }
  return bench.tokens(text).slice(0, length);
}
