/**
 * One engine process, from its start to its exit.
 *
 * Knows the messages and nothing about lines, restarts or models: whoever holds it decides what its death means.
 */
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Log } from "../../log.js";
import type { GenerationRequest } from "../request.js";
import { awaitLoaded, type StartOptions } from "./await-loaded.js";
import type {
  EngineOptions,
  Failed,
  Finished,
  FromEngine,
  LoadedModel,
  Piece,
  Started,
  Step,
  ToEngine,
} from "./messages.js";
import { forkEngine } from "./start-child.js";

/** Whoever runs a request is told what becomes of it. After `finished`, `failed` or `died` nothing more comes. */
export interface RunListener {
  started(message: Started): void;
  piece(message: Piece): void;
  finished(message: Finished): void;
  failed(message: Failed): void;
  /** The process ended while the request ran; `how` is a sentence. */
  died(how: string): void;
}

export interface EngineMemory {
  readonly residentBytes: number;
  readonly gpuBytes: number | null;
  readonly decodes: number;
  readonly decodedRows: number;
}

/** Milliseconds a process gets to end by itself before it is killed. */
const stopGraceMs = 3000;
/** Lines of native output kept to explain a death. */
const keptLines = 5;
/** Memory is asked for again when the last answer is older than this, in milliseconds. */
const memoryAgeMs = 1000;

export class EngineProcess {
  readonly model: LoadedModel;
  readonly pid: number;
  /** Resolves with a sentence saying how it ended; never rejects. */
  readonly exited: Promise<string>;
  /** True from the moment its end is known, before anybody is told. */
  isGone = false;
  #child: ChildProcess;
  #runs = new Map<number, RunListener>();
  #nextId = 1;
  #memory: EngineMemory | undefined;
  #memoryAskedAt = Number.NEGATIVE_INFINITY;

  private constructor(child: ChildProcess, model: LoadedModel, exited: Promise<string>, log: Log) {
    this.#child = child;
    this.model = model;
    this.pid = child.pid ?? 0;
    this.exited = exited;
    child.on("message", (message: FromEngine) => this.#receive(message, log));
    void exited.then((how) => {
      this.isGone = true;
      const runs = [...this.#runs.values()];
      this.#runs.clear();
      for (const run of runs) run.died(how);
    });
    this.memory();
  }

  /** Starts a process and loads the model. Refuses with `LoadError`; the process is gone then. */
  static async start(options: EngineOptions, startOptions: StartOptions): Promise<EngineProcess> {
    const child = forkEngine();
    const output = collectOutput(child, startOptions.log);
    const exited = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
      child.once("exit", (code, signal) => resolve(describeExit(code, signal, output)));
    });
    try {
      const model = await awaitLoaded(child, exited, options, startOptions);
      return new EngineProcess(child, model, exited, startOptions.log);
    } catch (error) {
      child.kill("SIGKILL");
      await exited;
      throw error;
    }
  }

  /** Hands a request to the engine. Returns the number to cancel it by. */
  run(request: GenerationRequest, listener: RunListener): number {
    const id = this.#nextId++;
    this.#runs.set(id, listener);
    this.#send({ type: "generate", id, request });
    return id;
  }

  /** Asks the engine to end a run; its `finished` still comes. */
  cancel(id: number): void {
    if (this.#runs.has(id)) this.#send({ type: "cancel", id });
  }

  /** Asks the engine to use at most so many threads. */
  useThreads(threads: number): void {
    this.#send({ type: "threads", threads });
  }

  /** The last measurement, up to a second old; asks for a fresh one. Undefined until the first answer. */
  memory(): EngineMemory | undefined {
    const now = performance.now();
    if (now - this.#memoryAskedAt > memoryAgeMs) {
      this.#memoryAskedAt = now;
      this.#send({ type: "memory" });
    }
    return this.#memory;
  }

  /** Ends the process, by force if it does not within three seconds. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#send({ type: "stop" });
    const force = setTimeout(() => this.#child.kill("SIGKILL"), stopGraceMs);
    await this.exited;
    clearTimeout(force);
  }

  #send(message: ToEngine): void {
    // a failed send means the process is gone: its exit tells everyone
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #receive(message: FromEngine, log: Log): void {
    if (message.type === "step") this.#step(message);
    else if (message.type === "memory") this.#memory = message;
    else if (message.type === "log") log[message.level](message.message, { from: "engine" });
  }

  #step(step: Step): void {
    for (const started of step.started ?? []) this.#runs.get(started.id)?.started(started);
    for (const piece of step.pieces ?? []) this.#runs.get(piece.id)?.piece(piece);
    for (const finished of step.finished ?? []) this.#take(finished.id)?.finished(finished);
    for (const failed of step.failed ?? []) this.#take(failed.id)?.failed(failed);
  }

  #take(id: number): RunListener | undefined {
    const run = this.#runs.get(id);
    this.#runs.delete(id);
    return run;
  }
}

/** What native code prints goes to the log; the last lines are kept to explain a death. */
function collectOutput(child: ChildProcess, log: Log): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      log.debug(line, { from: "engine output" });
      if (line.trim() === "") return;
      lines.push(line.slice(0, 300));
      if (lines.length > keptLines) lines.shift();
    });
  }
  return lines;
}

function describeExit(code: number | null, signal: NodeJS.Signals | null, output: readonly string[]): string {
  const how = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
  const telling = output.find((line) => /assert|abort|error|failed/i.test(line)) ?? output.at(-1);
  return telling === undefined ? how : `${how} (${telling.trim()})`;
}
