/**
 * One engine process, from its start to its exit: drives generations by what it says.
 *
 * Knows nothing about queues, restarts or models: its holder decides what its death means.
 */
import { settlesWithin } from "../../async/within.js";
import { LabError } from "../../errors.js";
import type { Log } from "../../log.js";
import { withoutPath } from "../../text/without-path.js";
import type { EngineMemory } from "../engine.js";
import type { Generation } from "../generation.js";
import { Asks } from "./asks.js";
import { awaitLoaded, type LoadOptions } from "./await-loaded.js";
import type { Clock } from "./clock.js";
import { Heartbeat } from "./heartbeat.js";
import type { EngineOptions, Failed, Finished, FromEngine, LoadedModel, Started, Step } from "./messages.js";
import type { Exit, ProcessLink, StartProcess } from "./process-link.js";
import type { Verdict } from "./watchdog.js";

interface Run {
  readonly generation: Generation;
  readonly onEnd: (how: RunEnd) => void;
}

/** `answered`: the engine said how it ended. `lost`: it could not. */
export type RunEnd = "answered" | "lost";

export interface ChildParts extends LoadOptions {
  readonly startProcess: StartProcess;
  readonly options: EngineOptions;
  readonly clock: Clock;
  /** Gets the number of the process as soon as there is one. */
  readonly onProcess?: ((pid: number) => void) | undefined;
  /** It does not respond, or does again. */
  readonly onVerdict?: (() => void) | undefined;
}

/** Milliseconds a process gets to end by itself before it is killed. */
const stopGraceMs = 2000;
/** Milliseconds after a kill at which it counts as gone, whatever the system still does with it. */
const killGraceMs = 2000;
/** Memory is asked for again when the last answer is older than this, in milliseconds. */
const memoryAgeMs = 1000;

export class EngineChild {
  readonly model: LoadedModel;
  readonly pid: number;
  /** Resolves with how it ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** True from the moment its end is known, before `exited` calls back. */
  isGone = false;
  readonly #link: ProcessLink;
  readonly #clock: Clock;
  readonly #heartbeat: Heartbeat;
  readonly #runs = new Map<number, Run>();
  /** What was asked of its template and vocabulary. */
  readonly asks: Asks;
  #nextId = 1;
  #memory: EngineMemory | undefined;
  #memoryAskedAt = Number.NEGATIVE_INFINITY;
  #whyKilled: string | undefined;
  #overdue: (exit: Exit) => void = () => {};

  private constructor(link: ProcessLink, model: LoadedModel, { log, clock, options, onVerdict }: ChildParts) {
    this.#link = link;
    this.#clock = clock;
    this.model = model;
    this.pid = link.pid ?? 0;
    this.asks = new Asks((message) => link.send(message), clock);
    const overdue = new Promise<Exit>((resolve) => {
      this.#overdue = resolve;
    });
    this.exited = Promise.race([link.exited, overdue]).then((exit) => {
      this.isGone = true;
      const how = withoutPath(exit.how, options.modelPath, "the model");
      return this.#whyKilled === undefined ? { ...exit, how } : { ...exit, how: `${this.#whyKilled}, so it was ended` };
    });
    link.listen((message) => this.#receive(message, log));
    this.#heartbeat = new Heartbeat({
      clock,
      ask: () => link.send({ type: "ping" }),
      processorTime: () => link.processorTime(),
      onVerdict: ({ state, reason }) => {
        if (state === "dead") this.#kill(reason);
        onVerdict?.();
      },
    });
    void this.exited.then(({ how }) => {
      this.#heartbeat.close();
      this.asks.failAll(diedError(how));
      for (const id of [...this.#runs.keys()]) {
        this.#end(id, "lost", (generation) => generation.fail(diedError(how)));
      }
    });
    this.memory();
  }

  /** Starts a process and loads the model. Refuses with `LoadError`; the process is gone then. */
  static async start(parts: ChildParts): Promise<EngineChild> {
    const link = parts.startProcess(parts.log);
    if (link.pid !== undefined) parts.onProcess?.(link.pid);
    try {
      return new EngineChild(link, await awaitLoaded(link, parts.options, parts), parts);
    } catch (error) {
      link.kill();
      await settlesWithin(killGraceMs, link.exited);
      throw error;
    }
  }

  /** What the watchdog thinks of it. */
  get verdict(): Verdict {
    return this.#heartbeat.verdict;
  }

  /** Works on the generation until it is over; `onEnd` is called once, when its slot is free again. */
  run(generation: Generation, onEnd: (how: RunEnd) => void): void {
    const id = this.#nextId++;
    this.#runs.set(id, { generation, onEnd });
    const { request, caller } = generation;
    const awaitsLimit = caller.tokenBudget !== undefined;
    this.#link.send({ type: "generate", id, request, key: caller.key, awaitsLimit });
  }

  /** Asks the process to end what it does for this generation; it is killed when it does not. */
  cancel(generation: Generation): void {
    for (const [id, run] of this.#runs) if (run.generation === generation) this.#askToEnd(id);
  }

  /** Asks the process to use at most so many threads. */
  useThreads(threads: number): void {
    this.#link.send({ type: "threads", threads });
  }

  /** Asks the process to drop what it remembers of a key; null: what it keeps outside of slots. */
  forget(key: string | null): void {
    this.#link.send({ type: "forget", key });
  }

  /** The last measurement, up to a second old; asks for a fresh one. Undefined until the first answer and once it is gone. */
  memory(): EngineMemory | undefined {
    if (this.isGone) return undefined;
    const now = this.#clock.now();
    if (now - this.#memoryAskedAt > memoryAgeMs) {
      this.#memoryAskedAt = now;
      this.#link.send({ type: "memory" });
    }
    return this.#memory;
  }

  /** Ends the process, by force if it does not end itself. Resolves when it is gone, within 4 s whatever it does. */
  async stop(): Promise<void> {
    this.#link.send({ type: "stop" });
    const callOff = this.#clock.after(stopGraceMs, () => this.#kill("it did not end when it was told to"));
    await this.exited;
    callOff();
  }

  #kill(why: string): void {
    if (this.#whyKilled !== undefined || this.isGone) return;
    this.#whyKilled = why;
    this.#link.kill();
    this.#clock.after(killGraceMs, () => this.#overdue({ how: "it did not go away", neverRan: false }));
  }

  #askToEnd(id: number): void {
    this.#heartbeat.toEnd(id);
    this.#link.send({ type: "cancel", id });
  }

  #receive(message: FromEngine, log: Log): void {
    this.#heartbeat.heard();
    if (message.type === "step") this.#step(message);
    else if (message.type === "answered") this.asks.answered(message);
    else if (message.type === "memory") this.#memory = memoryOf(message);
    else if (message.type === "log") log[message.level](message.message, { from: "engine" });
  }

  #step(step: Step): void {
    for (const started of step.started ?? []) this.#started(started);
    for (const { id, tokens } of step.read ?? []) {
      const generation = this.#runs.get(id)?.generation;
      if (generation !== undefined) generation.readTokens = tokens;
    }
    for (const { id, count, thoughtCount, ...piece } of step.pieces ?? [])
      this.#runs.get(id)?.generation.push(piece, count, thoughtCount);
    for (const finished of step.finished ?? [])
      this.#end(finished.id, "answered", (generation) => finish(generation, finished));
    for (const failed of step.failed ?? [])
      this.#end(failed.id, "answered", (generation) => generation.fail(errorOf(failed)));
  }

  #started({ id, ...beginning }: Started): void {
    const generation = this.#runs.get(id)?.generation;
    if (generation === undefined) return;
    const limit = generation.begin(beginning);
    if (limit === 0) this.#askToEnd(id);
    else if (generation.caller.tokenBudget !== undefined) this.#link.send({ type: "limit", id, maxTokens: limit });
  }

  #end(id: number, how: RunEnd, tell: (generation: Generation) => void): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    this.#runs.delete(id);
    this.#heartbeat.ended(id);
    tell(run.generation);
    run.onEnd(how);
  }
}

function finish(generation: Generation, { id: _, reason, ...ending }: Finished): void {
  // cancelled without being over: its time was
  const finishReason = reason === "cancelled" ? "length" : reason;
  generation.finish({ ...ending, finishReason });
}

function errorOf({ code, message, param }: Failed): LabError {
  const blamed = param ?? (code === "prompt_too_long" ? "prompt" : undefined);
  return new LabError(code, message, blamed === undefined ? {} : { param: blamed });
}

/** What is kept lies in files in memory, which are no part of the process. */
function memoryOf(message: Extract<FromEngine, { readonly type: "memory" }>): EngineMemory {
  const { residentBytes, gpuBytes, keptBytes, threadsInUse } = message;
  return { residentBytes: residentBytes + keptBytes, gpuBytes, keptBytes, threadsInUse };
}

function diedError(how: string): LabError {
  return new LabError("engine_died", `The engine died while it worked on this request: ${how}. Send it again.`, {
    retryAfterSeconds: 1,
  });
}
