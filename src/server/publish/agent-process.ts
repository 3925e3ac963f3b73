/** One life of the tunnel process, from the server's side. */
import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import type { Log } from "../log.js";
import { programFile } from "../state/program-file.js";
import type { Redactor } from "./redactor.js";
import type { FromTunnelAgent, OpenTunnel, ToTunnelAgent } from "./tunnel-messages.js";

/** How a tunnel process ended. */
export interface AgentEnd {
  /** "ERR_NGROK_n" or one of ours; undefined when only the text tells. */
  readonly code: string | undefined;
  /** Redacted. */
  readonly text: string;
}

export interface AgentProcessOptions {
  readonly redact: Redactor;
  readonly log: Log;
  /** Milliseconds until it must be online. The agent itself waits for ever. */
  readonly connectTimeoutMs: number;
  readonly onOnline: (url: string) => void;
  readonly onLatency: (ms: number) => void;
}

/** Milliseconds that a process gets to end by itself once asked to. */
const exitGraceMs = 2000;

export class AgentProcess {
  /** Resolves when the process is gone and all it said was heard. */
  readonly ended: Promise<AgentEnd>;
  private readonly child: ChildProcess;
  private readonly options: AgentProcessOptions;
  private trouble: AgentEnd | undefined;
  private isOver = false;
  private unbound: () => void = () => {};

  constructor(request: OpenTunnel, options: AgentProcessOptions) {
    this.options = options;
    const { path, execArgv } = programFile(import.meta.url, "./tunnel-agent");
    this.child = fork(path, [], {
      // nothing of ours: whoever may read the environment of a process learns nothing
      env: {},
      execArgv,
      // the agent prints to stdout
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.ended = this.follow();
    this.send({ type: "open", request });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Takes no new requests, waits for those under way until `drained` or `withinMs`, then ends the process. */
  async close(drained: Promise<unknown>, withinMs: number): Promise<void> {
    const patience = timer(withinMs);
    const isUnbound = new Promise<void>((resolve) => {
      this.unbound = resolve;
    });
    this.send({ type: "unbind" });
    await Promise.race([isUnbound.then(() => drained), patience.passed, this.ended]);
    patience.stop();
    this.send({ type: "exit" });
    const grace = timer(exitGraceMs);
    await Promise.race([this.ended, grace.passed]);
    grace.stop();
    await this.kill();
  }

  /** Ends the process without a word. */
  async kill(): Promise<void> {
    if (!this.isOver) this.child.kill("SIGKILL");
    await this.ended;
  }

  private follow(): Promise<AgentEnd> {
    const timeout = setTimeout(() => {
      this.trouble = { code: "connect_timeout", text: `not online after ${this.options.connectTimeoutMs} ms` };
      this.child.kill("SIGKILL");
    }, this.options.connectTimeoutMs);
    this.child.on("message", (message: FromTunnelAgent) => {
      if (message.type === "online") clearTimeout(timeout);
      this.hear(message);
    });
    if (this.child.stderr !== null) {
      createInterface({ input: this.child.stderr }).on("line", (line) => {
        this.options.log.warn("tunnel process", { line: this.options.redact(line) });
      });
    }
    return new Promise((resolve) => {
      const over = (text: string): void => {
        clearTimeout(timeout);
        this.isOver = true;
        resolve(this.trouble ?? { code: "agent_died", text });
      };
      this.child.on("error", (error) => {
        // only a process that never was has no "close"
        if (this.child.pid === undefined) over(this.options.redact(error.message));
      });
      this.child.on("close", (code, signal) => over(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  }

  private hear(message: FromTunnelAgent): void {
    if (message.type === "online") this.options.onOnline(message.url);
    else if (message.type === "latency") this.options.onLatency(message.ms);
    else if (message.type === "unbound") this.unbound();
    else if (message.type === "trouble") {
      this.trouble = { code: message.code, text: this.options.redact(message.text) };
    }
  }

  private send(message: ToTunnelAgent): void {
    // a process that is gone has said why, or will
    if (this.child.connected) this.child.send(message, () => {});
  }
}

function timer(ms: number): { passed: Promise<void>; stop: () => void } {
  let handle: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    handle = setTimeout(resolve, ms);
  });
  return { passed, stop: () => clearTimeout(handle) };
}
