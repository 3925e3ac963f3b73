/** An engine process as a test drives it: messages in, messages out, nothing left behind. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type {
  EngineOptions,
  Failed,
  Finished,
  FromEngine,
  LoadedModel,
  Progress,
  Started,
  Step,
  ToEngine,
} from "../../src/server/engine/local/messages.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";

const entry = fileURLToPath(new URL("../../src/server/llama/engine-main.ts", import.meta.url));

type Message<Type extends FromEngine["type"]> = Extract<FromEngine, { readonly type: Type }>;

/** What became of one request. */
export class ChildRequest {
  readonly id: number;
  readonly pieces: Progress[] = [];
  started: Started | null = null;
  finished: Finished | null = null;
  failed: Failed | null = null;

  constructor(id: number) {
    this.id = id;
  }

  get text(): string {
    return this.pieces.map((piece) => piece.text).join("");
  }

  get reasoning(): string {
    return this.pieces.map((piece) => piece.reasoning ?? "").join("");
  }

  get isOver(): boolean {
    return this.finished !== null || this.failed !== null;
  }
}

export class EngineChild {
  readonly process: ChildProcess;
  readonly messages: FromEngine[] = [];
  readonly #requests = new Map<number, ChildRequest>();
  #nextId = 1;
  #waiters: (() => void)[] = [];

  /** `program`: another file that runs the engine. */
  constructor(program: string = entry) {
    this.process = fork(program, [], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.process.on("message", (message: FromEngine) => {
      this.messages.push(message);
      if (message.type === "step") this.#take(message);
      this.#wake();
    });
    this.process.on("exit", () => this.#wake());
  }

  /** An engine that has the model loaded. */
  static async load(
    options: Partial<EngineOptions> & { modelPath: string },
    program: string = entry,
  ): Promise<EngineChild> {
    const child = new EngineChild(program);
    const answer = await child.tryLoad(options);
    if (answer.type === "load-failed") {
      await child.end();
      throw new Error(answer.reason);
    }
    return child;
  }

  get model(): LoadedModel {
    return this.of("loaded")[0]?.model as LoadedModel;
  }

  async tryLoad(
    options: Partial<EngineOptions> & { modelPath: string },
  ): Promise<Message<"loaded"> | Message<"load-failed">> {
    this.load(options);
    return await this.until(() => this.of("loaded")[0] ?? this.of("load-failed")[0]);
  }

  /** Sends `load` and does not wait: 4 slots of 512 tokens on one thread of the CPU unless told otherwise. */
  load(options: Partial<EngineOptions> & { modelPath: string }): void {
    const full = { context: 512, slots: 4, gpu: "off", threads: 1, prefillChunk: "auto", ...options } as const;
    this.send({ type: "load", options: full });
  }

  send(message: ToEngine): void {
    this.process.send(message);
  }

  of<Type extends FromEngine["type"]>(type: Type): Message<Type>[] {
    return this.messages.filter((message): message is Message<Type> => message.type === type);
  }

  start(request: GenerationRequest, key: string = "test"): ChildRequest {
    const started = new ChildRequest(this.#nextId);
    this.#nextId += 1;
    this.#requests.set(started.id, started);
    this.send({ type: "generate", id: started.id, request, key, awaitsLimit: false });
    return started;
  }

  /** Starts requests that reach the engine in one piece, however busy the machine is: it stands still while they are sent. */
  async startTogether(requests: readonly GenerationRequest[]): Promise<ChildRequest[]> {
    this.process.kill("SIGSTOP");
    try {
      const started = requests.map((request) => this.start(request));
      // the last message is written after all others
      await new Promise<void>((resolve, reject) =>
        this.process.send({ type: "memory" }, (error) => (error === null ? resolve() : reject(error))),
      );
      return started;
    } finally {
      this.process.kill("SIGCONT");
    }
  }

  async run(request: GenerationRequest, key?: string): Promise<ChildRequest> {
    const started = this.start(request, key);
    await this.over(started);
    return started;
  }

  async over(...requests: ChildRequest[]): Promise<void> {
    await this.until(() => requests.every((request) => request.isOver) || undefined);
  }

  /** Resolves with the first value other than undefined that `look` gives after any message. */
  async until<Value>(look: () => Value | undefined): Promise<Value> {
    for (;;) {
      const value = look();
      if (value !== undefined) return value;
      if (this.hasEnded)
        throw new Error(`The engine ended early: ${this.process.exitCode ?? this.process.signalCode}.`);
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  async memory(): Promise<Message<"memory">> {
    const seen = this.of("memory").length;
    this.send({ type: "memory" });
    return await this.until(() => this.of("memory")[seen]);
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Closes the channel and resolves with the exit code once the process is gone. */
  async end(): Promise<number | null> {
    if (this.process.connected) this.process.disconnect();
    return await this.gone();
  }

  /** Resolves with the exit code, null after a signal, once the process is gone. */
  async gone(): Promise<number | null> {
    if (!this.hasEnded) await once(this.process, "exit");
    return this.process.exitCode;
  }

  #take(step: Step): void {
    for (const event of step.started ?? []) this.#of(event.id).started = event;
    for (const event of step.pieces ?? []) this.#of(event.id).pieces.push(event);
    for (const event of step.finished ?? []) this.#of(event.id).finished = event;
    for (const event of step.failed ?? []) this.#of(event.id).failed = event;
  }

  #of(id: number): ChildRequest {
    const request = this.#requests.get(id);
    if (request === undefined) throw new Error(`The engine spoke of request ${id}, which nobody sent.`);
    return request;
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
