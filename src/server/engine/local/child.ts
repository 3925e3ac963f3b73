/**
 * One engine process, from its start to its exit: drives generations by what it says.
 *
 * Knows nothing about queues, restarts or models: whoever holds it decides what its death means.
 */
import { LabError } from "../../errors.js";
import type { Log } from "../../log.js";
import type { EngineMemory } from "../engine.js";
import type { Generation } from "../generation.js";
import { awaitLoaded, type LoadOptions } from "./await-loaded.js";
import type { EngineOptions, Failed, Finished, FromEngine, LoadedModel, Started, Step } from "./messages.js";
import type { Exit, ProcessLink, StartProcess } from "./process-link.js";

interface Run {
  readonly generation: Generation;
  /** The slot is free again. */
  readonly onEnd: () => void;
}

/** Milliseconds a process gets to end by itself before it is killed. */
const stopGraceMs = 3000;
/** Memory is asked for again when the last answer is older than this, in milliseconds. */
const memoryAgeMs = 1000;

export class EngineChild {
  readonly model: LoadedModel;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** True from the moment its end is known, before anybody is told. */
  isGone = false;
  readonly #link: ProcessLink;
  readonly #runs = new Map<number, Run>();
  #nextId = 1;
  #memory: EngineMemory | undefined;
  #memoryAskedAt = Number.NEGATIVE_INFINITY;

  private constructor(link: ProcessLink, model: LoadedModel, log: Log) {
    this.#link = link;
    this.model = model;
    this.pid = link.pid ?? 0;
    this.exited = link.exited;
    link.listen((message) => this.#receive(message, log));
    void link.exited.then(({ how }) => {
      this.isGone = true;
      for (const id of [...this.#runs.keys()]) this.#end(id, (generation) => generation.fail(diedError(how)));
    });
    this.memory();
  }

  /** Starts a process and loads the model. Refuses with `LoadError`; the process is gone then. */
  static async start(start: StartProcess, options: EngineOptions, loadOptions: LoadOptions): Promise<EngineChild> {
    const link = start(loadOptions.log);
    try {
      const model = await awaitLoaded(link, options, loadOptions);
      return new EngineChild(link, model, loadOptions.log);
    } catch (error) {
      link.kill();
      await link.exited;
      throw error;
    }
  }

  /** Works on the generation until it is over; `onEnd` is called once, when its slot is free again. */
  run(generation: Generation, onEnd: () => void): void {
    const id = this.#nextId++;
    this.#runs.set(id, { generation, onEnd });
    const { request, caller } = generation;
    const awaitsLimit = caller.tokenBudget !== undefined;
    this.#link.send({ type: "generate", id, request, key: caller.key, awaitsLimit });
  }

  /** Asks the process to end what it does for this generation. */
  cancel(generation: Generation): void {
    for (const [id, run] of this.#runs) if (run.generation === generation) this.#link.send({ type: "cancel", id });
  }

  /** Asks the process to use at most so many threads. */
  useThreads(threads: number): void {
    this.#link.send({ type: "threads", threads });
  }

  /** The last measurement, up to a second old; asks for a fresh one. Undefined until the first answer. */
  memory(): EngineMemory | undefined {
    const now = performance.now();
    if (now - this.#memoryAskedAt > memoryAgeMs) {
      this.#memoryAskedAt = now;
      this.#link.send({ type: "memory" });
    }
    return this.#memory;
  }

  /** Ends the process, by force if it does not within three seconds. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#link.send({ type: "stop" });
    const force = setTimeout(() => this.#link.kill(), stopGraceMs);
    await this.exited;
    clearTimeout(force);
  }

  #receive(message: FromEngine, log: Log): void {
    if (message.type === "step") this.#step(message);
    else if (message.type === "memory") this.#memory = message;
    else if (message.type === "log") log[message.level](message.message, { from: "engine" });
  }

  #step(step: Step): void {
    for (const started of step.started ?? []) this.#started(started);
    for (const { id, count, ...piece } of step.pieces ?? []) this.#runs.get(id)?.generation.push(piece, count);
    for (const finished of step.finished ?? []) this.#end(finished.id, (generation) => finish(generation, finished));
    for (const failed of step.failed ?? []) this.#end(failed.id, (generation) => generation.fail(errorOf(failed)));
  }

  #started({ id, promptTokens, cachedTokens, maxTokens }: Started): void {
    const generation = this.#runs.get(id)?.generation;
    if (generation === undefined) return;
    const limit = generation.begin({ promptTokens, cachedTokens, maxTokens });
    if (limit === 0) this.#link.send({ type: "cancel", id });
    else if (generation.caller.tokenBudget !== undefined) this.#link.send({ type: "limit", id, maxTokens: limit });
  }

  #end(id: number, tell: (generation: Generation) => void): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    this.#runs.delete(id);
    tell(run.generation);
    run.onEnd();
  }
}

function finish(generation: Generation, { reason, completionTokens, prefillMs, decodeMs }: Finished): void {
  // cancelled without being over: its time was
  const finishReason = reason === "cancelled" ? "length" : reason;
  generation.finish({ finishReason, completionTokens, prefillMs, decodeMs });
}

function errorOf({ code, message }: Failed): LabError {
  return new LabError(code, message, code === "prompt_too_long" ? { param: "prompt" } : {});
}

function diedError(how: string): LabError {
  return new LabError("engine_died", `The engine died while it worked on this request: ${how}. Send it again.`, {
    retryAfterSeconds: 1,
  });
}
