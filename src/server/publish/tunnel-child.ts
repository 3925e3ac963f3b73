/** One tunnel process, from the server's side. It always ends within a bound, also when it hangs. */
import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { messageOf } from "../async/message-of.js";
import { settlesWithin } from "../async/within.js";
import type { Log } from "../log.js";
import { boundProgram } from "../state/bound-program.js";
import { programFile } from "../state/program-file.js";
import type { Redactor } from "./redactor.js";
import type { FromTunnelAgent, OpenTunnel, ToTunnelAgent } from "./tunnel-messages.js";

/** How a tunnel process ended. */
export interface ChildEnd {
  /** "ERR_NGROK_n" or one of ours; undefined when only the text tells. */
  readonly code: string | undefined;
  /** Redacted. */
  readonly text: string;
  /** What kept the process from starting. */
  readonly cause?: unknown;
}

export interface TunnelChildOptions {
  readonly redact: Redactor;
  readonly log: Log;
  /** Milliseconds until it must be online. ngrok's agent itself waits for ever. */
  readonly connectTimeoutMs: number;
  readonly onOnline: (url: string) => void;
  readonly onLatency: (ms: number) => void;
  /** Called once with the id of the process. */
  readonly onProcess?: ((pid: number) => void) | undefined;
}

/** Milliseconds that a process gets to end by itself once asked to, and to be gone once killed. */
const exitGraceMs = 1000;

export class TunnelChild {
  /** Resolves when the process is gone and all it said was heard, also for one that could not be started. */
  readonly ended: Promise<ChildEnd>;
  readonly #options: TunnelChildOptions;
  readonly #child: ChildProcess | undefined;
  #trouble: ChildEnd | undefined;
  #over: (end: ChildEnd) => void = () => {};
  #connecting: NodeJS.Timeout | undefined;
  #unbound: () => void = () => {};
  #pongs: (() => void)[] = [];

  constructor(request: OpenTunnel, options: TunnelChildOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#over = (end) => {
        clearTimeout(this.#connecting);
        resolve(this.#trouble ?? end);
      };
    });
    this.#child = this.#start();
    this.#send({ type: "open", request });
  }

  /** Undefined for a process that could not be started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the process answers, which one that hangs does not. */
  answer(): Promise<void> {
    const answered = new Promise<void>((resolve) => this.#pongs.push(resolve));
    this.#send({ type: "ping" });
    return answered;
  }

  /** Takes no new requests, waits for those under way until `drained` settles or `cut` aborts, then ends the process. */
  async close(drained: () => Promise<unknown>, cut: AbortSignal): Promise<void> {
    const isUnbound = new Promise<void>((resolve) => {
      this.#unbound = resolve;
    });
    this.#send({ type: "unbind" });
    await Promise.race([isUnbound.then(drained), aborted(cut), this.ended]);
    this.#send({ type: "exit" });
    if (!(await settlesWithin(exitGraceMs, this.ended))) await this.kill();
  }

  /** Ends the process without a word. `ended` resolves with `why`, unless the process said why itself. */
  async kill(why?: ChildEnd): Promise<void> {
    this.#trouble ??= why;
    this.#child?.kill("SIGKILL");
    if (await settlesWithin(exitGraceMs, this.ended)) return;
    // the kernel ends it when it can; closing goes on without it
    this.#options.log.warn("a killed tunnel process is still there", { pid: this.pid });
    this.#over({ code: "agent_hung", text: "killed, and still there" });
  }

  #start(): ChildProcess | undefined {
    const { path, execArgv } = programFile(import.meta.url, "./tunnel-agent");
    try {
      const child = fork(path, [], {
        ...boundProgram(execArgv),
        // nothing of ours: the environment of a process can be read
        env: {},
        // the agent prints to stdout
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      child.on("error", (error) => this.#failed(child, error));
      this.#follow(child);
      return child;
    } catch (error) {
      this.#notStarted(error);
      return undefined;
    }
  }

  #follow(child: ChildProcess): void {
    const { connectTimeoutMs, log, redact, onProcess } = this.#options;
    if (child.pid === undefined) return;
    onProcess?.(child.pid);
    this.#connecting = setTimeout(() => {
      void this.kill({ code: "connect_timeout", text: `not online after ${connectTimeoutMs} ms` });
    }, connectTimeoutMs);
    child.on("message", (message: FromTunnelAgent) => this.#hear(message));
    child.on("close", (code, signal) =>
      this.#over({ code: "agent_died", text: signal === null ? `exit code ${code}` : `signal ${signal}` }),
    );
    if (child.stderr) {
      createInterface({ input: child.stderr }).on("line", (line) => {
        log.warn("tunnel process", { line: redact(line) });
      });
    }
  }

  #failed(child: ChildProcess, error: Error): void {
    // only a process that never was has no "close"
    if (child.pid === undefined) this.#notStarted(error);
    else this.#options.log.warn("tunnel process", { reason: this.#options.redact(error.message) });
  }

  #notStarted(cause: unknown): void {
    this.#over({ code: "agent_not_started", text: this.#options.redact(messageOf(cause)), cause });
  }

  #hear(message: FromTunnelAgent): void {
    if (message.type === "online") {
      clearTimeout(this.#connecting);
      this.#options.onOnline(message.url);
    } else if (message.type === "latency") this.#options.onLatency(message.ms);
    else if (message.type === "unbound") this.#unbound();
    else if (message.type === "pong") {
      for (const answered of this.#pongs.splice(0)) answered();
    } else if (message.type === "trouble") {
      this.#trouble ??= { code: message.code, text: this.#options.redact(message.text) };
    }
  }

  #send(message: ToTunnelAgent): void {
    // a process that is gone has said why, or will
    if (this.#child?.connected) this.#child.send(message, () => {});
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
