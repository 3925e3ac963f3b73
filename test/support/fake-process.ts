/** An engine process that is none: answers each request with "abc", a token a letter, unless it is told otherwise. */
import type { EngineFacts } from "../../src/server/engine/engine.js";
import type { FromEngine, GenerateMessage, ToEngine } from "../../src/server/engine/local/messages.js";
import type { Exit, ProcessLink, StartProcess } from "../../src/server/engine/local/process-link.js";
import { fakeVector } from "./fake-vector.js";

const text = "abc";

/** How the processes of one engine behave; a test changes it as it goes. */
export interface Habits {
  /** What becomes of a load. Default: it is there at once. `stall`: nothing ever comes. */
  load?: "loaded" | "stall" | "crash" | "no-process";
  /** True: this request runs until it is cancelled. Default: those for the prompt "long". */
  holds?: (message: GenerateMessage) => boolean;
  /** True: it ignores `stop`. */
  isDeaf?: boolean;
  /** True: nothing ends it, not even a kill. */
  isImmortal?: boolean;
}

export class FakeProcess implements ProcessLink {
  readonly pid: number | undefined;
  readonly exited: Promise<Exit>;
  readonly received: ToEngine[] = [];
  readonly habits: Habits;
  isKilled = false;
  /** True: takes messages and answers none. */
  hangs = false;
  /** What `processorTime` says; "grows" uses more at each look. */
  computes: "grows" | "still" | "unseen" = "still";
  #processorTime = 0;
  #receive: (message: FromEngine) => void = () => {};
  #exit!: (exit: Exit) => void;
  #missed: ToEngine[] = [];
  readonly #held = new Map<number, number>();
  readonly #limits = new Map<number, GenerateMessage>();

  constructor(pid: number, habits: Habits) {
    this.habits = habits;
    this.pid = habits.load === "no-process" ? undefined : pid;
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
    if (habits.load === "no-process") this.#exit({ how: "spawn EMFILE", neverRan: true });
  }

  send(message: ToEngine): void {
    this.received.push(message);
    if (this.hangs) this.#missed.push(message);
    else this.#take(message);
  }

  listen(receive: (message: FromEngine) => void): void {
    this.#receive = receive;
  }

  processorTime(): number | null {
    if (this.computes === "unseen") return null;
    if (this.computes === "grows") this.#processorTime += 1;
    return this.#processorTime;
  }

  kill(): void {
    this.isKilled = true;
    if (this.habits.isImmortal !== true) this.die("it was ended by SIGKILL");
  }

  die(how = "it was ended by SIGKILL"): void {
    this.hangs = true;
    this.#exit({ how, neverRan: false });
  }

  /** Goes on after it hung: takes what it missed. */
  wake(): void {
    this.hangs = false;
    const missed = this.#missed;
    this.#missed = [];
    for (const message of missed) this.#take(message);
  }

  /** Says something of its own accord. */
  say(message: FromEngine): void {
    this.#receive(message);
  }

  #take(message: ToEngine): void {
    if (message.type === "load") this.#load();
    else if (message.type === "ping") this.#answer({ type: "pong" });
    else if (message.type === "ask") this.#answer({ type: "answered", id: message.id, answer: text });
    else if (message.type === "memory") {
      this.#answer({
        type: "memory",
        residentBytes: 1000,
        gpuBytes: null,
        keptBytes: 0,
        threadsInUse: null,
        decodes: 0,
        decodedRows: 0,
      });
    } else if (message.type === "generate") this.#generate(message);
    else if (message.type === "limit") this.#decode(message.id, message.maxTokens);
    else if (message.type === "cancel") this.#cancel(message.id);
    else if (message.type === "stop" && this.habits.isDeaf !== true) this.die("it exited with code 0");
  }

  #load(): void {
    const { load = "loaded" } = this.habits;
    if (load === "crash") this.die("it was ended by SIGABRT");
    if (load === "loaded") this.#answer({ type: "loaded", model: loadedModel });
  }

  #generate(message: GenerateMessage): void {
    const { id, request, awaitsLimit } = message;
    const maxTokens = Math.min(request.maxTokens, 100);
    this.#limits.set(id, message);
    this.#answer({ type: "step", started: [{ id, slot: 0, promptTokens: 5, cachedTokens: 1, maxTokens }] });
    if (!awaitsLimit) this.#decode(id, maxTokens);
  }

  #decode(id: number, maxTokens: number): void {
    const message = this.#limits.get(id);
    if (message === undefined) return;
    if (message.request.measure !== undefined) {
      this.#limits.delete(id);
      const finished = { id, reason: "stop", completionTokens: 0, prefillMs: 1, decodeMs: 0 } as const;
      this.#answer({ type: "step", finished: [{ ...finished, vector: fakeVector(message.request) }] });
      return;
    }
    const holds =
      this.habits.holds ?? ((one) => one.request.input.kind === "prompt" && one.request.input.text === "long");
    const count = holds(message) ? 1 : Math.min(text.length, maxTokens);
    this.#answer({ type: "step", pieces: [{ id, text: text.slice(0, count), count }] });
    if (holds(message)) this.#held.set(id, count);
    else this.#finish(id, count < text.length ? "length" : "stop", count);
  }

  #cancel(id: number): void {
    if (this.#limits.has(id)) this.#finish(id, "cancelled", this.#held.get(id) ?? 0);
  }

  #finish(id: number, reason: "stop" | "length" | "cancelled", completionTokens: number): void {
    this.#limits.delete(id);
    this.#held.delete(id);
    this.#answer({ type: "step", finished: [{ id, reason, completionTokens, prefillMs: 1, decodeMs: 2 }] });
  }

  /** Later, as over a channel. */
  #answer(message: FromEngine): void {
    setImmediate(() => {
      if (!this.hangs) this.#receive(message);
    });
  }
}

/** Processes for a `LocalEngine`; `all` has them in the order of their start. */
export function fakeProcesses(habits: Habits = {}): { readonly start: StartProcess; readonly all: FakeProcess[] } {
  const all: FakeProcess[] = [];
  const start: StartProcess = () => {
    const process = new FakeProcess(1000 + all.length, habits);
    all.push(process);
    return process;
  };
  return { start, all };
}

export const loadedModel: EngineFacts = {
  context: 100,
  trainContext: 100,
  architecture: "none",
  parameters: 1,
  sizeBytes: 1,
  backend: "cpu",
  devices: [],
  threads: 1,
  gpuLayers: 0,
  totalLayers: 1,
  exact: { holds: true, reason: "Nothing is computed." },
  loadMs: 1,
  chatTemplate: { source: "file", note: null },
  reasoning: null,
};
