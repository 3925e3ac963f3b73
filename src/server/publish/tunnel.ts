/**
 * A public address for a local listener, kept up until it is closed. One life: opened once, closed once.
 *
 * Each attempt is a process of its own (see tunnel-agent.ts for why). Whether there is a next one is decided in
 * reconnect.ts; this starts it.
 */
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../errors.js";
import type { Log } from "../log.js";
import { version } from "../version.js";
import { checkAuthtoken } from "./authtoken.js";
import { codeFromText, isDomainRefusal, refusalFor } from "./ngrok-errors.js";
import { afterEnd, newHistory, type ReconnectPolicy, type TunnelHistory, wentOnline } from "./reconnect.js";
import { createRedactor, type Redactor } from "./redactor.js";
import { type ChildEnd, TunnelChild } from "./tunnel-child.js";
import { TunnelError, type TunnelProblem } from "./tunnel-error.js";
import type { Heartbeat, OpenTunnel } from "./tunnel-messages.js";
import { resolveTunnelOptions, type TunnelOptions } from "./tunnel-options.js";
import { newStatus, type TunnelState, type TunnelStatus } from "./tunnel-status.js";

export interface TunnelTiming extends ReconnectPolicy {
  /** Milliseconds that one attempt may take. Default 15000. */
  readonly connectTimeoutMs: number;
  /** Default: every 5 s, answered within 10 s. */
  readonly heartbeat: Heartbeat;
}

export const defaultTiming: TunnelTiming = {
  connectTimeoutMs: 15_000,
  startWithinMs: 30_000,
  refusedForMs: 60_000,
  heartbeat: { intervalSeconds: 5, toleranceSeconds: 10 },
};

export interface TunnelConfig {
  /** Where visitors end up: "http://127.0.0.1:PORT" or "unix:/path". */
  readonly target: string;
  readonly authtoken: string;
  readonly log: Log;
  readonly options?: TunnelOptions;
  readonly timing?: Partial<TunnelTiming> | undefined;
  /** Called with the id of every tunnel process, as soon as there is one. */
  readonly onProcess?: ((pid: number) => void) | undefined;
}

export interface CloseTunnel {
  /** Settles when the last visitor has been served; called once no new ones come in. Default: at once. */
  readonly drained?: () => Promise<unknown>;
  /** Ends the waiting for that. Default: never waits. */
  readonly cut?: AbortSignal;
}

export class Tunnel extends EventEmitter<{ status: [TunnelStatus] }> {
  readonly #authtoken: string;
  readonly #config: Omit<TunnelConfig, "authtoken">;
  readonly #timing: TunnelTiming;
  readonly #redact: Redactor;
  readonly #closing = new AbortController();
  #how: Required<CloseTunnel> = { drained: () => Promise.resolve(), cut: AbortSignal.abort() };
  #target: string;
  #status: TunnelStatus = newStatus("offline");
  #running: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #child: TunnelChild | undefined;
  #error: Error | undefined;
  /** The domain ngrok chose the first time. A new process would be given another one. */
  #chosenDomain: string | undefined;

  /** Refuses an authtoken that cannot be one with `invalid_request`. Nothing is started. */
  constructor(config: TunnelConfig) {
    super();
    const { authtoken, ...rest } = config;
    this.#authtoken = checkAuthtoken(authtoken);
    this.#config = rest;
    this.#target = config.target;
    this.#timing = { ...defaultTiming, ...config.timing };
    this.#redact = createRedactor(this.#authtoken);
    config.log.hide(this.#authtoken);
  }

  get status(): TunnelStatus {
    return this.#status;
  }

  /** Process id of the tunnel process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Opens the tunnel and gives the public URL as soon as it is online. An open tunnel gives the URL it has.
   *
   * Refuses with `invalid_request` when an option is wrong, and with a TunnelError when ngrok refuses, when the process
   * does not start and when the tunnel is closed first.
   */
  async open(): Promise<string> {
    if (!this.#closing.signal.aborted) this.#running ??= this.#run();
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#closing.signal.aborted) throw wasClosed();
      if (this.#status.url !== undefined) return this.#status.url;
      await once(this, "status");
    }
  }

  /** Resolves as soon as the tunnel is online, or when the signal aborts. */
  async whenOnline(signal: AbortSignal): Promise<void> {
    while (this.#status.state !== "online" && !signal.aborted) await once(this, "status", { signal }).catch(() => {});
  }

  /** Resolves when the tunnel process answers, which one that hangs does not. Rejects when there is none. */
  async answer(): Promise<void> {
    if (this.#child === undefined) throw new Error("there is no tunnel process");
    await this.#child.answer();
  }

  /** Ends the tunnel process, if there is one, and starts another, which leads to `target`. `code` says why. */
  async renew(code: string, because: string, target: string = this.#target): Promise<void> {
    this.#target = target;
    await this.#child?.kill({ code, text: because });
  }

  /** Ends the tunnel: no new visitors, then no process and no session at ngrok. Calling it again waits for the same end. */
  close(how: CloseTunnel = {}): Promise<void> {
    this.#closed ??= this.#close(how);
    return this.#closed;
  }

  async #close(how: CloseTunnel): Promise<void> {
    this.#how = { ...this.#how, ...how };
    this.#closing.abort();
    await this.#running;
    if (this.#status.state !== "failed") this.#change(newStatus("offline"));
  }

  /** Never rejects: what went wrong is the status, and the error of `open`. */
  async #run(): Promise<void> {
    this.#change(newStatus("connecting"));
    try {
      await this.#keepUp();
    } catch (error) {
      this.#giveUp(error as Error);
    }
  }

  async #keepUp(): Promise<void> {
    const { signal } = this.#closing;
    const asked = await resolveTunnelOptions(this.#target, this.#config.options ?? {}, this.#timing.heartbeat);
    let history = newHistory(performance.now());
    while (!signal.aborted) {
      const domain = asked.domain ?? this.#chosenDomain;
      const request = { ...asked, target: this.#target, authtoken: this.#authtoken, version, domain };
      const end = await this.#attempt(request, () => {
        history = wentOnline(history, performance.now());
      });
      if (signal.aborted) return;
      const next = this.#judge(end, asked.domain === undefined, history);
      history = next.history;
      await sleep(next.afterMs, undefined, { signal }).catch(() => {});
    }
  }

  /** One process, from its start to its end. Closing the tunnel closes it. */
  async #attempt(request: OpenTunnel, onOnline: () => void): Promise<ChildEnd> {
    const { signal } = this.#closing;
    const child = new TunnelChild(request, {
      redact: this.#redact,
      log: this.#config.log,
      connectTimeoutMs: this.#timing.connectTimeoutMs,
      onProcess: this.#config.onProcess,
      onOnline: (url) => {
        if (signal.aborted) return;
        onOnline();
        this.#wentOnline(url);
      },
      onLatency: (latencyMs) => {
        this.#status = { ...this.#status, latencyMs };
      },
    });
    const close = (): void => void child.close(this.#how.drained, this.#how.cut);
    signal.addEventListener("abort", close);
    this.#child = child;
    try {
      return await child.ended;
    } finally {
      this.#child = undefined;
      signal.removeEventListener("abort", close);
    }
  }

  #wentOnline(url: string): void {
    const { url: former, reconnects } = this.#status;
    this.#chosenDomain = domainOf(url);
    this.#change({ ...newStatus("online"), url, reconnects: former === undefined ? 0 : reconnects + 1 });
  }

  /** When the next attempt is due; throws when there is to be none. */
  #judge(end: ChildEnd, mayChangeDomain: boolean, history: TunnelHistory): { afterMs: number; history: TunnelHistory } {
    const code = end.code ?? codeFromText(end.text);
    const { retry, advice } = refusalFor(code);
    const problem = { code, message: code.startsWith("ERR_") ? `${advice} (${code})` : advice, detail: end.text };
    const canChooseAgain = mayChangeDomain && this.#chosenDomain !== undefined && isDomainRefusal(code);
    if (canChooseAgain) this.#chosenDomain = undefined;
    const next = afterEnd(history, canChooseAgain ? "always" : retry, this.#timing, performance.now());
    if (next.afterMs === undefined) throw new TunnelError(problem, { cause: end.cause });
    const state = this.#status.url === undefined ? "connecting" : "reconnecting";
    this.#change({ ...this.#status, state, since: this.#sinceOf(state), problem, latencyMs: undefined }, next.because);
    return { afterMs: next.afterMs, history: next.history };
  }

  #giveUp(error: Error): void {
    const message = this.#redact(error.message);
    const problem = { code: "not_started", detail: message, ...codeAndDetail(error), message };
    this.#error = error;
    this.#change({ ...newStatus("failed"), reconnects: this.#status.reconnects, problem });
  }

  #sinceOf(state: TunnelState): string {
    return this.#status.state === state ? this.#status.since : new Date().toISOString();
  }

  #change(status: TunnelStatus, because?: string): void {
    const isNew = status.state !== this.#status.state;
    this.#status = status;
    const { state, url, problem } = status;
    const fields = { url, code: problem?.code, detail: problem?.detail, because };
    if (state === "failed") this.#config.log.error("tunnel failed", fields);
    else if (isNew) this.#config.log.info(`tunnel ${state}`, fields);
    else this.#config.log.debug(`tunnel still ${state}`, fields);
    this.emit("status", status);
  }
}

const wasClosed = (): TunnelError =>
  new TunnelError({ code: "closed", message: "The tunnel was closed before it was online.", detail: "" });

function codeAndDetail(error: Error): Partial<TunnelProblem> {
  if (error instanceof TunnelError) return { code: error.code, detail: error.detail };
  return error instanceof LabError ? { code: error.code } : {};
}

/** The domain in a URL of ngrok's; an address is none. */
function domainOf(url: string): string | undefined {
  const name = URL.canParse(url) ? new URL(url).hostname : "";
  return /[a-z]/i.test(name) && !name.startsWith("[") ? name : undefined;
}
