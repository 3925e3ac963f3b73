import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

export interface LlamaServerSettings {
  /** The program, as `ensureLlamaServer` gives it. */
  readonly program: string;
  /** Path of the model's file. */
  readonly model: string;
  readonly slots: number;
  /** Tokens per slot. */
  readonly context: number;
  readonly threads: number;
  /** Other flags as they are typed. */
  readonly flags?: readonly string[];
}

/** How long it may take to load the model on a busy machine. */
const startMs = 120_000;
/** How long it may take to end when asked. */
const stopMs = 5_000;
/** Most rows of a step: a client that leaves while its prompt is read is noticed between two steps. */
const batch = 256;

/** A llama-server of our own, on a port of its choice. */
export class LlamaServerProcess {
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  #said = "";
  #url: URL | undefined;
  #problem = "";

  /** Starts it. Whoever calls this calls `stop` too. `signal` ends the waiting, not the server. */
  constructor({ program, model, slots, context, threads, flags = [] }: LlamaServerSettings, signal: AbortSignal) {
    this.#signal = signal;
    const numbers = { "-c": slots * context, "-np": slots, "-t": threads, "-b": batch, "-ub": batch, "--port": 0 };
    const args = Object.entries(numbers).flatMap(([name, value]) => [name, String(value)]);
    this.#child = spawn(program, ["-m", model, ...args, "--slots", "--no-webui", ...flags], {
      // a group of its own: an interrupt of the benchmark reaches the server through stop() only
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.on("error", (error) => {
      this.#problem = error.message;
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    }
  }

  /** Its address, once the model is loaded. Throws with what it printed when it ends instead. */
  async ready(): Promise<URL> {
    const deadline = Date.now() + startMs;
    for (;;) {
      if (this.#hasEnded) throw new Error(`llama-server ended while it started. ${this.#problem}\n${this.#said}`);
      if (this.#url !== undefined && (await isHealthy(this.#url, this.#signal))) return this.#url;
      if (Date.now() > deadline)
        throw new Error(`llama-server was not ready after ${startMs / 1000} s.\n${this.#said}`);
      await pause(20, undefined, { signal: this.#signal });
    }
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** Which of the engine's libraries for a processor it loaded, such as `zen4`. Linux only. */
  cpuLibrary(): string {
    const maps = readFileSync(`/proc/${this.pid}/maps`, "utf8");
    return /libggml-cpu-(\w+)\.so/.exec(maps)?.[1] ?? "unknown";
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await Promise.race([ended, pause(stopMs, undefined, { ref: false })]);
    if (this.#hasEnded) return;
    this.#child.kill("SIGKILL");
    await ended;
  }

  get #hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  #take(text: string): void {
    this.#said = (this.#said + text).slice(-4000);
    const address = /listening on (http:\S+)/.exec(this.#said)?.[1];
    if (address !== undefined) this.#url ??= new URL(address);
  }
}

async function isHealthy(url: URL, signal: AbortSignal): Promise<boolean> {
  try {
    return (await fetch(new URL("/health", url), { signal })).ok;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}
