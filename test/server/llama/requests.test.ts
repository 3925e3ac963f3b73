/** What becomes of the batch and of the slot when a request goes wrong: with a sequence that fails when it is told to. */
import { expect } from "chai";
import type { LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import type { GenerateMessage, Step } from "../../../src/server/engine/local/messages.js";
import { Batching } from "../../../src/server/llama/batching.js";
import type { Workshop } from "../../../src/server/llama/generate-on-slot.js";
import type { Prompts, PromptTokens } from "../../../src/server/llama/prompts.js";
import { Requests } from "../../../src/server/llama/requests.js";
import { Slots } from "../../../src/server/llama/slots.js";
import { StepOutbox } from "../../../src/server/llama/step-outbox.js";
import type { Vocabulary } from "../../../src/server/llama/vocabulary.js";
import { rawRequest } from "../../support/requests.js";

const endOfTurn = 9;
/** How long the end of a turn takes. */
const endOfTurnMs = 200;

/** Remembers tokens, makes the same one again and again; throws what `failure` says when it is read. */
class FakeSequence {
  tokens: Token[] = [];
  failure: Error | undefined;
  answer: readonly number[] = Array(100).fill(7);
  /** Called when it is about to be read. */
  onRead: () => void = () => {};

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
  }

  async *evaluate(tokens: Token[]): AsyncGenerator<Token, void, void> {
    this.onRead();
    this.tokens.push(...tokens);
    if (this.failure !== undefined) throw this.failure;
    for (const token of this.answer) {
      if (token === endOfTurn) await new Promise((resolve) => setTimeout(resolve, endOfTurnMs));
      yield token as Token;
    }
  }
}

class Bench {
  readonly sequence = new FakeSequence();
  readonly batching = new Batching(4);
  readonly steps: Step[] = [];
  readonly requests: Requests;
  #nextId = 1;

  constructor() {
    const outbox = new StepOutbox((step) => this.steps.push(step));
    const model = {
      isEogToken: (token: number) => token === endOfTurn,
      detokenize: () => "a",
    } as unknown as LlamaModel;
    const vocabulary = { size: 10, endsInReplacement: () => false } as unknown as Vocabulary;
    const workshop: Workshop = { model, vocabulary, batching: this.batching, outbox, context: 100 };
    const of = (input: { text: string }): PromptTokens => ({
      tokens: [...input.text].map((_, index) => index as Token),
      stopTexts: [],
      stopTokens: new Set(),
    });
    const slots = new Slots([this.sequence as unknown as LlamaContextSequence]);
    this.requests = new Requests(workshop, { of } as unknown as Prompts, slots, () => {});
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

describe("a request that fails in the engine", () => {
  it("leaves an empty slot, and the next one is answered", async () => {
    const bench = new Bench();
    bench.sequence.failure = new Error("no memory slot");
    const { failed } = await bench.run(3);
    expect(failed?.[0]).to.include({ code: "internal_error" });
    expect(failed?.[0]?.message).to.contain("no memory slot");
    bench.sequence.failure = undefined;
    await bench.requests.cancelAll();
    expect(bench.sequence.tokens).to.deep.equal([]);
    const { finished } = await bench.run(3);
    expect(finished?.[0]).to.include({ reason: "length", completionTokens: 3 });
  });

  it("gives back its share of the step, whichever piece of the prompt it failed with", async () => {
    for (const characters of [3, 9]) {
      const bench = new Bench();
      bench.sequence.failure = new Error("no memory slot");
      await bench.run(characters);
      expect(bench.isExpecting, `${characters}`).to.equal(false);
      bench.sequence.failure = undefined;
      expect((await bench.run(3)).finished?.[0]).to.include({ reason: "length" });
    }
  });

  it("is expected no more when it was cancelled between its turn and its last piece", async () => {
    const bench = new Bench();
    await bench.batching.enterPrefill(4, new AbortController().signal);
    const over = bench.run(3);
    await new Promise((resolve) => setImmediate(resolve));
    bench.batching.leave();
    // the step that gives it its turn
    bench.batching.strategy({ items: [], size: 8 });
    bench.requests.cancel(1);
    expect((await over).finished?.[0]).to.include({ reason: "cancelled", completionTokens: 0 });
    expect(bench.isExpecting).to.equal(false);
  });

  it("is expected no more when it was cancelled between two pieces", async () => {
    const bench = new Bench();
    bench.sequence.onRead = () => bench.requests.cancel(1);
    const { finished } = await bench.run(6);
    expect(finished?.[0]).to.include({ reason: "cancelled", completionTokens: 0 });
    expect(bench.isExpecting).to.equal(false);
  });
});

describe("the times of a request", () => {
  it("end with the last token of the answer, not with the end of the turn", async () => {
    const bench = new Bench();
    bench.sequence.answer = [7, 7, endOfTurn];
    const [finished] = (await bench.run(3)).finished ?? [];
    expect(finished).to.include({ reason: "stop", completionTokens: 2 });
    expect(finished?.decodeMs).to.be.lessThan(endOfTurnMs / 2);
  });

  it("of an empty answer are none of decoding", async () => {
    const bench = new Bench();
    bench.sequence.answer = [endOfTurn];
    expect((await bench.run(3)).finished?.[0]).to.include({ completionTokens: 0, decodeMs: 0 });
  });
});

describe("a request whose limit is not known yet", () => {
  it("is told of at once, computes nothing until then, and keeps the limit", async () => {
    const bench = new Bench();
    let reads = 0;
    bench.sequence.onRead = () => {
      reads += 1;
    };
    const over = bench.run(3, { awaitsLimit: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.steps[0]?.started?.[0]).to.include({ promptTokens: 3, maxTokens: 3 });
    expect(reads).to.equal(0);
    bench.requests.limit(1, 2);
    expect((await over).finished?.[0]).to.include({ reason: "length", completionTokens: 2 });
  });

  it("ends when it is cancelled meanwhile", async () => {
    const bench = new Bench();
    const over = bench.run(3, { awaitsLimit: true });
    await new Promise((resolve) => setImmediate(resolve));
    bench.requests.cancel(1);
    expect((await over).finished?.[0]).to.include({ reason: "cancelled", completionTokens: 0 });
  });
});
