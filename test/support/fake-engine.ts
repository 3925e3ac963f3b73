/**
 * An engine without a process: answers at once, or as the levers say. It passes the same contract as the real one.
 *
 * Every answer is `answer`, one token a piece, after a prompt of 7 tokens of which 2 were remembered. A model for embeddings
 * gives each text a vector of its own; a reranker the share of the query's letters in it.
 */
import type { Caller } from "../../src/server/engine/caller.js";
import type { Capabilities, Engine, EngineFacts, EngineMemory, EngineState } from "../../src/server/engine/engine.js";
import { FairQueue } from "../../src/server/engine/fair-queue.js";
import type { Generation, Holder } from "../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";
import type { Texts } from "../../src/server/engine/texts.js";
import { abilities, unfit, type Wish, wishOf } from "../../src/server/engine/unfit.js";
import { LabError } from "../../src/server/errors.js";
import { fakeFacts } from "./fake-facts.js";
import { fakeTexts } from "./fake-texts.js";
import { fakeVector } from "./fake-vector.js";

export interface FakeEngineOptions {
  readonly modelId?: string;
  /** Default 2. */
  readonly slots?: number;
  /** Requests that may wait. Default 8. */
  readonly waiting?: number;
  /** What its memory says. Default 1,000,000. */
  readonly bytes?: number;
  readonly answer?: readonly string[];
  readonly facts?: Partial<EngineFacts>;
  /** What it is made for. Default "text". */
  readonly gift?: Wish;
  /** Requests that run until they are released or ended. Default: none. */
  readonly holds?: (request: GenerationRequest) => boolean;
}

export class FakeEngine implements Engine, Holder {
  readonly modelId: string;
  readonly can: Capabilities;
  readonly slots: number;
  readonly bytes: number;
  readonly facts: EngineFacts;
  state: EngineState = "ready";
  reason: string | null = null;
  /** Threads it was told to use; null until it was. */
  threads: number | null = null;
  keptBytes = 0;
  /** Keys it was told to forget, in order. */
  readonly forgotten: (string | null)[] = [];
  readonly forget = (key: string | null): void => void this.forgotten.push(key);
  /** Prompts in the order in which they got a slot. */
  readonly seen: string[] = [];
  readonly #gift: Wish;
  readonly #answer: readonly string[];
  readonly #holds: (request: GenerationRequest) => boolean;
  readonly #queue: FairQueue;
  #isHeld = false;
  #hangs = false;
  #idleWaiters: (() => void)[] = [];

  constructor(options: FakeEngineOptions = {}) {
    this.modelId = options.modelId ?? "fake";
    this.slots = options.slots ?? 2;
    this.bytes = options.bytes ?? 1_000_000;
    this.#holds = options.holds ?? (() => false);
    this.#gift = options.gift ?? "text";
    this.can = abilities(this.#gift);
    this.#answer = options.answer ?? ["Hello", " world"];
    this.#queue = new FairQueue(options.waiting ?? 8, this.slots);
    this.facts = { ...fakeFacts, sizeBytes: this.bytes, ...options.facts };
  }

  get busy(): number {
    return this.#queue.busy;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  memory(): EngineMemory {
    return { residentBytes: this.bytes, keptBytes: this.keptBytes, gpuBytes: null, threadsInUse: null };
  }

  assertAccepts(caller: Caller): void {
    this.texts();
    if (!this.#queue.hasRoomFor(caller)) throw fullError();
  }

  texts(): Texts {
    const refusal = this.#refusal();
    if (refusal !== null) throw refusal;
    if (this.state === "restarting") {
      throw new LabError("engine_restarting", "The engine is coming back.", { retryAfterSeconds: 1 });
    }
    return fakeTexts;
  }

  submit(generation: Generation): void {
    generation.heldBy(this, this.modelId);
    const refusal = this.#refusal() ?? unfit(this.modelId, this.#gift, wishOf(generation.request));
    if (refusal !== null) generation.fail(refusal);
    if (generation.isOver) return;
    const wake = (): void => this.#wakeIdle();
    generation.then(wake, wake);
    this.#queue.join(generation)?.fail(fullError());
    this.#fill();
  }

  position(generation: Generation): number | null {
    return this.#queue.position(generation);
  }

  letGo(generation: Generation): void {
    if (this.#queue.leave(generation)) this.#wakeIdle();
    else if (this.#hangs) setTimeout(() => this.#endAndStartAgain(), 5);
    else {
      generation.finish({ finishReason: "length", completionTokens: generation.completionTokens });
      this.#ended(generation);
    }
  }

  useThreads(threads: number): void {
    this.threads = threads;
  }

  keepOwnerSlot(keep: boolean): void {
    this.#queue.keepsOwnerSlot = keep;
    this.#fill();
  }

  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  async close(): Promise<void> {
    this.state = "closing";
    for (const generation of [...this.#queue.clear(), ...this.#queue.running]) generation.cancel("shutdown");
    for (const generation of [...this.#queue.running]) this.#queue.ended(generation);
    this.state = "closed";
    this.#wakeIdle();
  }

  /** From now on what gets a slot reads its prompt, makes one token and goes no further. */
  hold(): void {
    this.#isHeld = true;
  }

  /** What was held is answered, and nothing more is held. */
  release(): void {
    this.#isHeld = false;
    for (const generation of [...this.#queue.running]) this.#complete(generation);
  }

  /** What runs fails with this error; the engine is well. */
  fail(error: unknown): void {
    for (const generation of [...this.#queue.running]) {
      generation.fail(error);
      this.#ended(generation);
    }
  }

  /** Answers nothing any more until something is to be ended; then it dies and comes back, as a watchdog would have it. */
  hang(): void {
    this.#isHeld = true;
    this.#hangs = true;
  }

  /** What runs fails with `engine_died`; what waits goes on waiting until `restart`, or fails where it stays down. */
  die(how: { readonly staysDown?: boolean } = {}): void {
    this.#hangs = false;
    this.#isHeld = false;
    this.state = how.staysDown === true ? "failed" : "restarting";
    this.reason = "it was ended by SIGKILL";
    this.fail(new LabError("engine_died", "The engine died.", { retryAfterSeconds: 1 }));
    if (this.state === "failed") {
      for (const generation of this.#queue.clear()) generation.fail(this.#refusal());
    }
    this.#wakeIdle();
  }

  /** Comes back, and serves what waited. */
  restart(): void {
    this.state = "ready";
    this.reason = null;
    this.#fill();
  }

  #endAndStartAgain(): void {
    if (!this.#hangs) return;
    this.die();
    this.restart();
  }

  #fill(): void {
    while (this.state === "ready") {
      const generation = this.#queue.next();
      if (generation === undefined) return;
      this.#begin(generation);
    }
  }

  #begin(generation: Generation): void {
    const { input, maxTokens } = generation.request;
    this.seen.push(input.kind === "prompt" ? input.text : (input.messages.at(-1)?.content ?? ""));
    if (this.#hangs) return;
    const limit = generation.begin({ promptTokens: 7, cachedTokens: 2, maxTokens });
    if (limit > 0 && this.can.writes) this.#push(generation, 1);
    if (limit === 0) this.#ended(generation);
    else if (this.#isHeld || this.#holds(generation.request)) return;
    else if (this.can.writes) this.#complete(generation);
    else setImmediate(() => generation.isOver || this.#isHeld || this.#complete(generation));
  }

  #push(generation: Generation, count: number): void {
    generation.push({ text: this.#answer[count - 1] ?? "" }, count);
  }

  #complete(generation: Generation): void {
    if (this.can.writes) this.#write(generation);
    else generation.finish({ finishReason: "stop", completionTokens: 0, vector: fakeVector(generation.request) });
    this.#ended(generation);
  }

  #write(generation: Generation): void {
    const limit = Math.min(generation.maxTokens ?? 0, this.#answer.length);
    for (let count = generation.completionTokens + 1; count <= limit; count += 1) this.#push(generation, count);
    const finishReason = limit < this.#answer.length ? "length" : "stop";
    generation.finish({ finishReason, completionTokens: limit, prefillMs: 2, decodeMs: 4, threads: 2 });
  }

  #ended(generation: Generation): void {
    this.#queue.ended(generation);
    this.#fill();
    this.#wakeIdle();
  }

  #isIdle(): boolean {
    return this.waiting === 0 && [...this.#queue.running].every(({ isOver }) => isOver);
  }

  #refusal(): LabError | null {
    if (this.state === "failed") return new LabError("engine_failed", `The engine of "${this.modelId}" stays down.`);
    if (this.state !== "closing" && this.state !== "closed") return null;
    return new LabError("shutting_down", "It is being unloaded.", { retryAfterSeconds: 1 });
  }

  #wakeIdle(): void {
    if (!this.#isIdle()) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }
}

const fullError = (): LabError => new LabError("queue_full", "Too many wait.", { retryAfterSeconds: 2 });
