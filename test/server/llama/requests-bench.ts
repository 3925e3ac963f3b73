/** Requests in an engine whose only sequence does, and fails, as it is told to. */
import type { LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { GenerateMessage, Step } from "../../../src/server/engine/local/messages.js";
import { Batching } from "../../../src/server/llama/batching.js";
import type { Prompts, PromptTokens } from "../../../src/server/llama/prompts.js";
import { Requests } from "../../../src/server/llama/requests.js";
import type { DecodeResources } from "../../../src/server/llama/slot-task.js";
import { Slots } from "../../../src/server/llama/slots.js";
import { StepOutbox } from "../../../src/server/llama/step-outbox.js";
import { Thoughts } from "../../../src/server/llama/thoughts.js";
import type { Vocabulary } from "../../../src/server/llama/vocabulary.js";
import { rawRequest } from "../../support/requests.js";

export const endOfTurn = 9;
/** How long the end of a turn takes. */
export const endOfTurnMs = 200;

/** Remembers tokens, makes the same one again and again; throws what `failure` says when it is read. */
class FakeSequence {
  tokens: Token[] = [];
  failure: Error | undefined;
  answer: readonly number[] = Array(100).fill(7);
  /** Called when it is about to be read. */
  onRead: () => void = () => {};
  /** What the penalty looked back on at each token. */
  readonly punished: Token[][] = [];
  /** Called when the decoder has taken what was handed in. */
  onStep: () => void = () => {};
  /** Waited for before each token. */
  pause: Promise<void> | undefined;

  get nextTokenIndex(): number {
    return this.tokens.length;
  }

  compareContextTokens(wanted: readonly Token[]): { firstDifferentIndex: number } {
    const same = wanted.findIndex((token, index) => token !== this.tokens[index]);
    return { firstDifferentIndex: same < 0 ? wanted.length : same };
  }

  async adaptStateToTokens(wanted: readonly Token[]): Promise<void> {
    this.tokens = this.tokens.slice(0, this.compareContextTokens(wanted).firstDifferentIndex);
  }

  async clearHistory(): Promise<void> {
    this.tokens = [];
  }

  async evaluateWithoutGeneratingNewTokens(tokens: Token[]): Promise<void> {
    this.onRead();
    if (this.failure !== undefined) throw this.failure;
    this.tokens.push(...tokens);
    this.onStep();
  }

  async *evaluate(tokens: Token[], { repeatPenalty }: SequenceEvaluateOptions): AsyncGenerator<Token, void, void> {
    this.onRead();
    this.tokens.push(...tokens);
    if (this.failure !== undefined) throw this.failure;
    this.onStep();
    const punish = repeatPenalty?.punishTokens;
    for (const token of this.answer) {
      if (typeof punish === "function") this.punished.push(punish());
      await this.pause;
      if (token === endOfTurn) await new Promise((resolve) => setTimeout(resolve, endOfTurnMs));
      yield token as Token;
    }
  }
}

/** The requests of an engine with one slot of 100 tokens that reads 4 tokens a step. */
export class RequestsBench {
  readonly sequence = new FakeSequence();
  readonly batching = new Batching(4);
  readonly steps: Step[] = [];
  readonly requests: Requests;
  #nextId = 1;

  constructor() {
    const rows = Array.from({ length: 8 }, () => ({ tokens: [], evaluationPriority: 1 }));
    this.sequence.onStep = () => void this.batching.strategy({ items: rows, size: 8 } as never);
    const outbox = new StepOutbox((step) => this.steps.push(step));
    const model = {
      detokenize: () => "a",
    } as unknown as LlamaModel;
    const vocabulary = { size: 10, endsInReplacement: () => false } as unknown as Vocabulary;
    const thoughts = new Thoughts(model, { template: undefined, tokens: [] });
    const isEnd = (token: Token): boolean => token === endOfTurn;
    const { batching } = this;
    const resources: DecodeResources = { model, vocabulary, batching, outbox, thoughts, isEnd, context: 100 };
    const of = (input: { text: string }): PromptTokens => ({
      tokens: [...input.text].map((_, index) => index as Token),
      text: "",
      stopTexts: [],
    });
    const slots = new Slots([this.sequence as unknown as LlamaContextSequence]);
    this.requests = new Requests(resources, { of } as unknown as Prompts, slots, () => {});
  }

  /** Resolves once it is over. */
  async run(characters: number, over: Partial<GenerateMessage> = {}): Promise<Step> {
    const id = this.#nextId++;
    const request = rawRequest("x".repeat(characters), { maxTokens: 3 });
    this.requests.start({ type: "generate", id, request, key: "a", awaitsLimit: false, ...over });
    return this.over(id);
  }

  async over(id: number): Promise<Step> {
    for (;;) {
      const step = this.steps.find((one) =>
        [...(one.finished ?? []), ...(one.failed ?? [])].some((end) => end.id === id),
      );
      if (step !== undefined) return step;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** True when the batch would wait for somebody. */
  get isExpecting(): boolean {
    const before = this.batching.decodes;
    this.batching.strategy({ items: [], size: 8 });
    return this.batching.decodes === before;
  }
}
