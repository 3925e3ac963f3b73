/**
 * A process that is kept alive: started anew when it dies or is ended because it hangs, until `planRestart` says that
 * it is no use.
 */
import { messageOf } from "../../async/message-of.js";
import type { Log } from "../../log.js";
import { withoutPath } from "../../text/without-path.js";
import type { EngineState } from "../engine.js";
import { LoadError } from "../load-error.js";
import { EngineChild } from "./child.js";
import { type Clock, realClock } from "./clock.js";
import type { EngineOptions } from "./messages.js";
import type { StartProcess } from "./process-link.js";
import { planRestart, type Trouble } from "./restart-plan.js";
import { startChild } from "./start-child.js";

export interface ChildSettings {
  /** Id of the model, for messages. */
  readonly modelId: string;
  readonly options: EngineOptions;
  /** Milliseconds without progress after which a load is given up. */
  readonly loadTimeoutMs: number;
  readonly log: Log;
  /** Gets the number of each process as soon as there is one, the first and those that follow it. */
  readonly onProcess?: ((pid: number) => void) | undefined;
  /** One of its processes has ended. */
  readonly onExit?: (() => void) | undefined;
  /** How its process is started; the real one when left out. */
  readonly startProcess?: StartProcess | undefined;
  readonly clock?: Clock | undefined;
}

export class SupervisedChild {
  readonly #settings: ChildSettings;
  readonly #clock: Clock;
  /** It is ready again, does not respond, responds again, or stays down. */
  readonly #onChange: () => void;
  #phase: Exclude<EngineState, "unresponsive"> = "ready";
  #reason: string | null = null;
  #child!: EngineChild;
  #threads: number | undefined;
  #troubles: Trouble[] = [];
  #deaths: number[] = [];
  #callOffRestart: () => void = () => {};
  #restarting: Promise<void> = Promise.resolve();
  readonly #abortRestart = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(settings: ChildSettings, onChange: () => void) {
    this.#settings = settings;
    this.#clock = settings.clock ?? realClock;
    this.#onChange = onChange;
  }

  /** Starts the first process and loads the model. Refuses with `LoadError`. */
  async start(onProgress?: (fraction: number) => void, signal?: AbortSignal): Promise<void> {
    this.#adopt(await this.#startChild(signal, onProgress));
  }

  /** The last process there was; it may be gone. */
  get current(): EngineChild {
    return this.#child;
  }

  get state(): EngineState {
    return this.#phase === "ready" && this.#child.verdict.state !== "well" ? "unresponsive" : this.#phase;
  }

  /** Why it is not ready, as a part of a sentence; null while it is. */
  get reason(): string | null {
    return this.state === "unresponsive" ? this.#child.verdict.reason : this.#reason;
  }

  /** True while it takes work. */
  get isReady(): boolean {
    // `isGone` is true before `exited` has called back
    return this.state === "ready" && !this.#child.isGone;
  }

  /** It answered a request: what went wrong before is forgotten. */
  answered(): void {
    this.#troubles = [];
  }

  useThreads(threads: number): void {
    this.#threads = threads;
    this.#child.useThreads(threads);
  }

  /** Starts nothing more and ends the process. Resolves when it is gone, within 5 s whatever it does. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#phase = "closing";
    this.#callOffRestart();
    this.#abortRestart.abort();
    await Promise.all([this.#child.stop(), this.#restarting]);
    this.#phase = "closed";
  }

  #startChild(signal: AbortSignal | undefined, onProgress?: (fraction: number) => void): Promise<EngineChild> {
    const { startProcess = startChild, options, log, loadTimeoutMs, onProcess } = this.#settings;
    const timing = { clock: this.#clock, loadTimeoutMs, signal };
    return EngineChild.start({
      startProcess,
      options,
      log,
      onProcess,
      onProgress,
      onVerdict: this.#onChange,
      ...timing,
    });
  }

  #adopt(child: EngineChild): void {
    this.#child = child;
    if (this.#threads !== undefined) child.useThreads(this.#threads);
    void child.exited.then(({ how }) => {
      this.#settings.onExit?.();
      if (this.#phase === "closing" || this.#phase === "closed") return;
      this.#settings.log.error("the engine process died", { model: this.#settings.modelId, how, pid: child.pid });
      this.#deaths.push(this.#clock.now());
      this.#failed("died", how);
    });
  }

  /** Something went wrong with the process: it comes back or stays down, as planned. */
  #failed(trouble: Trouble, said: string): void {
    const how = withoutPath(said, this.#settings.options.modelPath, `"${this.#settings.modelId}"`);
    const now = this.#clock.now();
    this.#troubles.push(trouble);
    this.#deaths = this.#deaths.filter((at) => now - at < 60_000);
    const step = planRestart({ sinceItAnswered: this.#troubles, deathsInAMinute: this.#deaths.length });
    this.#phase = step.again ? "restarting" : "failed";
    this.#reason = step.again ? how : `${step.reason}; the last time ${how}`;
    if (step.again) {
      this.#callOffRestart = this.#clock.after(step.afterMs, () => {
        this.#restarting = this.#restart();
      });
    } else {
      this.#settings.log.error("the engine stays down", { model: this.#settings.modelId, reason: this.#reason });
    }
    this.#onChange();
  }

  async #restart(): Promise<void> {
    const { log, modelId } = this.#settings;
    try {
      const child = await this.#startChild(this.#abortRestart.signal);
      // it was closed while the model loaded
      if (this.#phase !== "restarting") return await child.stop();
      this.#phase = "ready";
      this.#reason = null;
      log.info("the engine is back", { model: modelId, pid: child.pid });
      this.#adopt(child);
      this.#onChange();
    } catch (error) {
      if (this.#phase !== "restarting") return;
      const how = messageOf(error);
      log.error("the engine did not come back", { model: modelId, how });
      this.#failed(error instanceof LoadError && error.kind === "not-started" ? "not-started" : "not-loaded", how);
    }
  }
}
