/**
 * The engine of one loaded model: who waits, who runs, and what happens when the process dies.
 *
 * Never more requests run than there are slots; the rest waits in a bounded line. A dead process fails what ran,
 * keeps what waits and comes back by itself; after too many deaths it stays down and says so.
 */
import { messageOf } from "../../async/message-of.js";
import { LabError } from "../../errors.js";
import type { Log } from "../../log.js";
import { WaitingLine } from "../fair-queue.js";
import type { CancelReason, GenerationDriver } from "../generation.js";
import type { GenerationRequest } from "../request.js";
import { Run } from "../run.js";
import { EngineProcess } from "./child.js";
import type { EngineOptions } from "./messages.js";

export type EngineState = "ready" | "restarting" | "failed" | "closing" | "closed";

export interface EngineSettings {
  /** Id of the model, for replies and messages. */
  readonly modelId: string;
  readonly options: EngineOptions;
  /** Requests that may wait. */
  readonly waiting: number;
  readonly loadTimeoutMs: number;
  readonly log: Log;
}

/** Deaths within `crashWindowMs` that are forgiven; the next one leaves the engine down. */
const forgivenCrashes = 3;
const crashWindowMs = 60_000;
/** Pause before the first, second … restart, in milliseconds. */
const restartPausesMs = [50, 500, 2000];

export class LocalEngine {
  readonly modelId: string;
  state: EngineState = "ready";
  /** Why the engine is down; null while it is not. */
  reason: string | null = null;
  #settings: EngineSettings;
  #process: EngineProcess;
  #line: WaitingLine<Run>;
  #running = new Set<Run>();
  #crashes: number[] = [];
  #restartTimer: NodeJS.Timeout | undefined;
  #idleWaiters: (() => void)[] = [];
  #abortRestart = new AbortController();

  private constructor(settings: EngineSettings, process: EngineProcess) {
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
    const { log, loadTimeoutMs, options } = settings;
    return new LocalEngine(settings, await EngineProcess.start(options, { log, loadTimeoutMs, onProgress, signal }));
  }

  get process(): EngineProcess {
    return this.#process;
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

  /** Throws what a new request would be refused with; does nothing when it would be taken. */
  assertAccepts(): void {
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

  /** Runs the request in its turn. The driver learns everything that happens. */
  submit(driver: GenerationDriver, request: GenerationRequest, arrivedAt: number): void {
    const run = new Run(driver, request, this.modelId, arrivedAt);
    driver.model = this.modelId;
    driver.state = "queued";
    driver.position = () => this.#line.position(run);
    driver.onCancel = (reason) => this.#cancel(run, reason);
    run.onTimeUp = () => this.#timeUp(run);
    run.onEnd = () => this.#ended(run);
    this.#line.join(run);
    this.#fill();
  }

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
    for (const run of [...this.#line.clear(), ...this.#running]) run.driver.cancel("shutdown");
    await this.#process.stop();
    this.state = "closed";
    this.#wakeIdle();
  }

  #fill(): void {
    // the end of a run may be told before the end of its process
    while (this.state === "ready" && !this.#process.isGone && this.#running.size < this.slots) {
      const run = this.#line.next();
      if (run === undefined) break;
      this.#running.add(run);
      run.start(this.#process);
    }
  }

  #cancel(run: Run, reason: CancelReason): void {
    if (this.#line.leave(run)) {
      run.drop();
      this.#wakeIdle();
    } else if (reason === "shutdown" && this.state === "closing") {
      run.drop();
      this.#running.delete(run);
    } else {
      run.cancel();
    }
  }

  #timeUp(run: Run): void {
    if (this.#line.leave(run)) {
      run.drop();
      run.driver.fail(
        new LabError(
          "queue_timeout",
          `max_time of ${run.request.maxTimeMs / 1000} s ran out while the request waited for a slot.`,
          {
            retryAfterSeconds: 2,
          },
        ),
      );
      this.#wakeIdle();
    } else {
      run.cancel();
    }
  }

  #ended(run: Run): void {
    this.#running.delete(run);
    this.#fill();
    this.#wakeIdle();
  }

  #wakeIdle(): void {
    if (this.#running.size > 0 || this.#line.length > 0) return;
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }

  #watch(process: EngineProcess): void {
    void process.exited.then((how) => {
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
      for (const run of this.#line.clear()) {
        run.drop();
        run.driver.fail(this.#failedError());
      }
      this.#wakeIdle();
      return;
    }
    this.state = "restarting";
    this.reason = how;
    const pause = restartPausesMs[this.#crashes.length - 1] ?? 2000;
    this.#restartTimer = setTimeout(() => void this.#restart(), pause);
  }

  async #restart(): Promise<void> {
    const { log, loadTimeoutMs, options } = this.#settings;
    try {
      const process = await EngineProcess.start(options, { log, loadTimeoutMs, signal: this.#abortRestart.signal });
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
