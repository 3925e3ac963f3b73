/**
 * The engine of one loaded model: who waits, who runs, and what happens when the process dies.
 *
 * Never more requests run than there are slots; the rest waits in a bounded line. A dead process fails what ran,
 * keeps what waits and comes back by itself; after too many deaths it stays down and says so.
 */
import { messageOf } from "../../async/message-of.js";
import { LabError } from "../../errors.js";
import type { Log } from "../../log.js";
import type { Caller } from "../caller.js";
import type { Capabilities, Engine, EngineFacts, EngineMemory, EngineState } from "../engine.js";
import { WaitingLine } from "../fair-queue.js";
import type { Generation, Holder } from "../generation.js";
import { EngineChild } from "./child.js";
import type { EngineOptions } from "./messages.js";
import type { StartProcess } from "./process-link.js";
import { startChild } from "./start-child.js";

export interface EngineSettings {
  /** Id of the model, for replies and messages. */
  readonly modelId: string;
  readonly options: EngineOptions;
  /** Requests that may wait. */
  readonly waiting: number;
  readonly loadTimeoutMs: number;
  readonly log: Log;
  /** How its process is started; the real one when left out. */
  readonly startProcess?: StartProcess | undefined;
}

/** Deaths within `crashWindowMs` that are forgiven; the next one leaves the engine down. */
const forgivenCrashes = 3;
const crashWindowMs = 60_000;
/** Pause before the first, second … restart, in milliseconds. */
const restartPausesMs = [50, 500, 2000];

export class LocalEngine implements Engine, Holder {
  readonly modelId: string;
  readonly can: Capabilities = { chat: true, seeds: true };
  state: EngineState = "ready";
  reason: string | null = null;
  #settings: EngineSettings;
  #process: EngineChild;
  #line: WaitingLine<Generation>;
  #running = new Set<Generation>();
  #crashes: number[] = [];
  #restartTimer: NodeJS.Timeout | undefined;
  #idleWaiters: (() => void)[] = [];
  #abortRestart = new AbortController();

  private constructor(settings: EngineSettings, process: EngineChild) {
    this.modelId = settings.modelId;
    this.#settings = settings;
    this.#process = process;
    this.#line = new WaitingLine(settings.waiting);
    this.#watch(process);
  }

  /** Starts the process and loads the model. Refuses with `LoadError`. */
  static async start(
    settings: EngineSettings,
    onProgress?: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<LocalEngine> {
    const { log, loadTimeoutMs, options, startProcess = startChild } = settings;
    const loadOptions = { log, loadTimeoutMs, onProgress, signal };
    return new LocalEngine(settings, await EngineChild.start(startProcess, options, loadOptions));
  }

  get facts(): EngineFacts {
    return this.#process.model;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get slots(): number {
    return this.#settings.options.slots;
  }

  get busy(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#line.length;
  }

  assertAccepts(_caller: Caller): void {
    if (this.state === "failed") throw this.#failedError();
    if (this.state === "restarting") {
      throw new LabError("engine_restarting", "The engine died and is coming back. Send the request again.", {
        retryAfterSeconds: 1,
      });
    }
    if (this.#running.size >= this.slots && this.#line.isFull) {
      throw new LabError(
        "queue_full",
        `${this.#line.length} requests wait already, which is the most. Send the request again later.`,
        { retryAfterSeconds: 2 },
      );
    }
  }

  submit(generation: Generation): void {
    generation.heldBy(this, this.modelId);
    if (generation.isOver) return;
    this.#line.join(generation);
    this.#fill();
  }

  position(generation: Generation): number | null {
    return this.#line.position(generation);
  }

  letGo(generation: Generation): void {
    if (this.#line.leave(generation)) this.#wakeIdle();
    else this.#process.cancel(generation);
  }

  memory(): EngineMemory | undefined {
    return this.#process.memory();
  }

  useThreads(threads: number): void {
    this.#process.useThreads(threads);
  }

  keepOwnerSlot(_keep: boolean): void {}

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    if (this.#running.size === 0 && this.#line.length === 0) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Ends the process. What still runs or waits is cancelled with `shutting_down`. */
  async close(): Promise<void> {
    this.state = "closing";
    clearTimeout(this.#restartTimer);
    this.#abortRestart.abort();
    for (const generation of [...this.#line.clear(), ...this.#running]) generation.cancel("shutdown");
    await this.#process.stop();
    this.state = "closed";
    this.#wakeIdle();
  }

  #fill(): void {
    // the end of a run may be told before the end of its process
    while (this.state === "ready" && !this.#process.isGone && this.#running.size < this.slots) {
      const generation = this.#line.next();
      if (generation === undefined) break;
      this.#running.add(generation);
      this.#process.run(generation, () => this.#ended(generation));
    }
  }

  #ended(generation: Generation): void {
    this.#running.delete(generation);
    this.#fill();
    this.#wakeIdle();
  }

  #wakeIdle(): void {
    if (this.#running.size > 0 || this.#line.length > 0) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }

  #watch(process: EngineChild): void {
    void process.exited.then(({ how }) => {
      if (this.state === "closing" || this.state === "closed") return;
      this.#settings.log.error("the engine process died", { model: this.modelId, how, pid: process.pid });
      this.#crashed(how);
    });
  }

  #crashed(how: string): void {
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < crashWindowMs), now];
    if (this.#crashes.length > forgivenCrashes) {
      this.state = "failed";
      this.reason = how;
      for (const generation of this.#line.clear()) generation.fail(this.#failedError());
      this.#wakeIdle();
      return;
    }
    this.state = "restarting";
    this.reason = how;
    const pause = restartPausesMs[this.#crashes.length - 1] ?? 2000;
    this.#restartTimer = setTimeout(() => void this.#restart(), pause);
  }

  async #restart(): Promise<void> {
    const { log, loadTimeoutMs, options, startProcess = startChild } = this.#settings;
    try {
      const loadOptions = { log, loadTimeoutMs, signal: this.#abortRestart.signal };
      const process = await EngineChild.start(startProcess, options, loadOptions);
      this.#process = process;
      this.#watch(process);
      this.state = "ready";
      this.reason = null;
      log.info("the engine is back", { model: this.modelId, pid: process.pid });
      this.#fill();
    } catch (error) {
      if (this.#abortRestart.signal.aborted) return;
      const how = messageOf(error);
      log.error("the engine did not come back", { model: this.modelId, how });
      this.#crashed(how);
    }
  }

  #failedError(): LabError {
    return new LabError(
      "engine_failed",
      `The engine of "${this.modelId}" died ${this.#crashes.length} times within a minute (${this.reason}). POST /models/load starts it again.`,
      { retryAfterSeconds: 30 },
    );
  }
}
