/** Requests in an engine whose only sequence does, and fails, as it is told to. */
import type { LlamaModel, Token } from "node-llama-cpp";
import type { GenerateMessage, Step } from "../../../src/server/engine/local/messages.js";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import type { Prompts, PromptTokens } from "../../../src/server/llama/prompts.js";
import { Requests } from "../../../src/server/llama/requests.js";
import { Samplers } from "../../../src/server/llama/samplers.js";
import type { DecodeResources } from "../../../src/server/llama/slot-task.js";
import { StepGate } from "../../../src/server/llama/step-gate.js";
import { StepLoop } from "../../../src/server/llama/step-loop.js";
import { StepOutbox } from "../../../src/server/llama/step-outbox.js";
import { Thoughts } from "../../../src/server/llama/thoughts.js";
import { TokenSets } from "../../../src/server/llama/token-sets.js";
import { ToolCalls } from "../../../src/server/llama/tool-calls.js";
import type { Vocabulary } from "../../../src/server/llama/vocabulary.js";
import { rawRequest } from "../../support/requests.js";
import { FakeContext } from "./fake-context.js";
import { MemoryBench } from "./memory-bench.js";

export const endOfTurn = 9;
/** How long the end of a turn takes. */
export const endOfTurnMs = 200;

export interface RequestsBenchOptions {
  /** Texts of tokens; that of all others is "a". */
  readonly texts?: ReadonlyMap<number, string>;
  /** The model's chat template, which shows how it thinks. */
  readonly template?: string;
}

/** The requests of an engine with one slot of 100 tokens that reads 4 tokens a step. */
export class RequestsBench {
  readonly context = new FakeContext();
  readonly steps: Step[] = [];
  readonly requests: Requests;
  #nextId = 1;

  constructor({ texts = new Map(), template }: RequestsBenchOptions = {}) {
    const { native } = this.context;
    this.context.beforeToken = async (token) => {
      if (token === endOfTurn) await new Promise((resolve) => setTimeout(resolve, endOfTurnMs));
    };
    const loop = new StepLoop(native, 4, { beforeStep: () => 1, afterStep: () => {} });
    const outbox = new StepOutbox((step) => this.steps.push(step));
    const model = {
      detokenize: (tokens: readonly number[]) => tokens.map((token) => texts.get(token) ?? "a").join(""),
      tokenize: (text: string) => [...texts].filter(([, own]) => own === text).map(([token]) => token),
    } as unknown as LlamaModel;
    const gate = new StepGate({ mostThreads: 1, busyThreads: { others: () => null, close: () => {} } });
    const vocabulary = { size: 10, endsInReplacement: () => false } as unknown as Vocabulary;
    const samplers = new Samplers(() => native.createSampler());
    const { memory } = new MemoryBench({ slots: 1, native, steps: loop });
    const thoughts = new Thoughts(model, { template, tokens: [] });
    const isEnd = (token: Token): boolean => token === endOfTurn;
    const tokenSets = new TokenSets(vocabulary, new Set(), isEnd);
    const inside = {
      model,
      vocabulary,
      tokenSets,
      native,
      steps: loop,
      samplers,
      outbox,
      gate,
      thoughts,
      calls: new ToolCalls(model, undefined, { ends: [], thoughts: [] }),
      isEnd,
      memory,
    };
    const resources: DecodeResources = { ...inside, canGoBack: true, context: 100 };
    const anyLength = ({ input }: GenerationRequest): PromptTokens => ({
      tokens: [...(input.kind === "prompt" ? input.text : "xxx")].map((_, index) => index as Token),
      text: "",
      stopTexts: [],
    });
    const fitting = (prompt: PromptTokens): PromptTokens => prompt;
    this.requests = new Requests(resources, { anyLength, fitting } as unknown as Prompts, () => {});
  }

  /** What the only sequence holds. */
  get held(): readonly Token[] {
    return this.context.held.get(0) ?? [];
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
}
