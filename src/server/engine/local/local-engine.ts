/**
 * The engine of one loaded model, in a process of its own.
 *
 * A process that dies or hangs fails what ran; what waits goes on waiting until it is back, or stays down.
 */
import { LabError } from "../../errors.js";
import type { Caller } from "../caller.js";
import type { Capabilities, Engine, EngineFacts, EngineMemory, EngineState } from "../engine.js";
import { FairQueue } from "../fair-queue.js";
import type { Generation, Holder } from "../generation.js";
import type { Texts } from "../texts.js";
import { abilities, gift, unfit, wishOf } from "../unfit.js";
import type { RunEnd } from "./child.js";
import { type ChildSettings, SupervisedChild } from "./supervised-child.js";

export interface EngineSettings extends ChildSettings {
  /** Requests that may wait. */
  readonly waiting: number;
}

export class LocalEngine implements Engine, Holder {
  readonly modelId: string;
  readonly slots: number;
  readonly can: Capabilities;
  readonly #queue: FairQueue;
  readonly #process: SupervisedChild;
  #closed: Promise<void> | undefined;
  #idleWaiters: (() => void)[] = [];

  private constructor(settings: EngineSettings) {
    this.modelId = settings.modelId;
    this.slots = settings.options.slots;
    this.can = abilities(settings.options.purpose ?? "text");
    this.#queue = new FairQueue(settings.waiting, this.slots, settings.clock && (() => settings.clock?.now() ?? 0));
    this.#process = new SupervisedChild(settings, () => this.#processChanged());
  }

  /** Starts the process and loads the model. Refuses with `LoadError`; no process is left then. */
  static async start(
    settings: EngineSettings,
    onProgress?: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<LocalEngine> {
    const engine = new LocalEngine(settings);
    await engine.#process.start(onProgress, signal);
    return engine;
  }

  get state(): EngineState {
    return this.#process.state;
  }

  get reason(): string | null {
    return this.#process.reason;
  }

  get facts(): EngineFacts {
    return this.#process.current.model;
  }

  /** Undefined while there is no process: the number of one that is gone may be another's by now. */
  get pid(): number | undefined {
    const { isGone, pid } = this.#process.current;
    return isGone ? undefined : pid;
  }

  get busy(): number {
    return this.#queue.busy;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  memory(): EngineMemory | undefined {
    return this.#process.current.memory();
  }

  assertAccepts(caller: Caller): void {
    this.#assertThere();
    if (!this.#queue.hasRoomFor(caller)) throw this.#fullError();
  }

  texts(): Texts {
    this.#assertThere();
    const { asks } = this.#process.current;
    return {
      template: (messages, kwargs, tools) => asks.ask({ kind: "template", messages, kwargs, tools }),
      tokenize: (options) => asks.ask({ kind: "tokenize", ...options }),
      detokenize: (tokens) => asks.ask({ kind: "detokenize", tokens }),
    };
  }

  submit(generation: Generation): void {
    generation.heldBy(this, this.modelId);
    const refusal = this.#refusal() ?? unfit(this.modelId, gift(this.can), wishOf(generation.request));
    if (refusal !== null) generation.fail(refusal);
    if (generation.isOver) return;
    this.#warn(generation);
    // also when its time ends it, of which this engine hears nothing
    const wake = (): void => this.#wakeIdle();
    generation.then(wake, wake);
    this.#queue.join(generation)?.fail(this.#fullError());
    this.#fill();
  }

  /** Says what of the request this model cannot honour. */
  #warn(generation: Generation): void {
    const { chatTemplate, exact } = this.facts;
    const { input, exactAsked } = generation.request;
    if (chatTemplate !== null && chatTemplate.note !== null && input.kind === "chat")
      generation.warn(chatTemplate.note);
    if (exactAsked && !exact.holds) generation.warn(`exact cannot be had of this model. ${exact.reason}`);
  }

  position(generation: Generation): number | null {
    return this.#queue.position(generation);
  }

  letGo(generation: Generation): void {
    if (!this.#queue.leave(generation)) this.#process.current.cancel(generation);
    this.#fill();
  }

  useThreads(threads: number): void {
    this.#process.useThreads(threads);
  }

  forget(key: string | null): void {
    this.#process.current.forget(key);
  }

  keepOwnerSlot(keep: boolean): void {
    this.#queue.keepsOwnerSlot = keep;
    this.#fill();
  }

  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = this.#process.close();
      for (const generation of [...this.#queue.clear(), ...this.#queue.running]) generation.cancel("shutdown");
    }
    return this.#closed;
  }

  #processChanged(): void {
    if (this.state === "failed") for (const generation of this.#queue.clear()) generation.fail(this.#failedError());
    this.#fill();
  }

  #fill(): void {
    while (this.#process.isReady) {
      const generation = this.#queue.next();
      if (generation === undefined) break;
      this.#process.current.run(generation, (how) => this.#ended(generation, how));
    }
  }

  #ended(generation: Generation, how: RunEnd): void {
    this.#queue.ended(generation);
    if (how === "answered" && generation.state === "done") this.#process.answered();
    this.#fill();
    this.#wakeIdle();
  }

  /** A slot may still be taken by a request that is over, which counts as idle. */
  #isIdle(): boolean {
    return this.#queue.length === 0 && [...this.#queue.running].every(({ isOver }) => isOver);
  }

  #wakeIdle(): void {
    if (!this.#isIdle()) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }

  #assertThere(): void {
    const refusal = this.#refusal();
    if (refusal !== null) throw refusal;
    if (this.state === "restarting") {
      throw new LabError("engine_restarting", "The engine died and is coming back. Send the request again.", {
        retryAfterSeconds: 1,
      });
    }
  }

  /** What a request of any caller is refused with; null when it may come. */
  #refusal(): LabError | null {
    if (this.state === "failed") return this.#failedError();
    if (this.state !== "closing" && this.state !== "closed") return null;
    return new LabError("shutting_down", `"${this.modelId}" is being unloaded. Send the request again.`, {
      retryAfterSeconds: 1,
    });
  }

  #failedError(): LabError {
    const why = `The engine of "${this.modelId}" stays down: ${this.reason}.`;
    return new LabError("engine_failed", `${why} POST /models/load starts it again.`);
  }

  #fullError(): LabError {
    const slots = this.slots === 1 ? "The one slot is" : `All ${this.slots} slots are`;
    const waiting = this.#queue.length === 0 ? "no request may wait" : `${this.#queue.length} requests wait already`;
    return new LabError("queue_full", `${slots} busy, and ${waiting} (see --waiting). Send it again later.`, {
      retryAfterSeconds: 2,
    });
  }
}
