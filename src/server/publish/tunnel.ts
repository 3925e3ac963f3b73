/**
 * A public address for a local door, kept up until it is closed.
 *
 * Each attempt is a process of its own (see tunnel-agent.ts for why). This is who starts the next one, or gives up.
 */
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../errors.js";
import type { Log } from "../log.js";
import { version } from "../version.js";
import { type AgentEnd, AgentProcess } from "./agent-process.js";
import { checkAuthtoken } from "./authtoken.js";
import { codeFromText, isDomainRefusal, refusalFor } from "./ngrok-errors.js";
import { defaultTiming, Patience, type TunnelTiming } from "./patience.js";
import { createRedactor, type Redactor } from "./redactor.js";
import { TunnelError, type TunnelProblem } from "./tunnel-error.js";
import type { OpenTunnel } from "./tunnel-messages.js";
import { resolveTunnelOptions, type TunnelOptions } from "./tunnel-options.js";
import type { TunnelState, TunnelStatus } from "./tunnel-status.js";

export interface TunnelConfig {
  /** Where visitors end up: "http://127.0.0.1:PORT" or "unix:/path". */
  readonly target: string;
  readonly authtoken: string;
  readonly log: Log;
  readonly options?: TunnelOptions;
  readonly timing?: Partial<TunnelTiming>;
}

export interface CloseTunnel {
  /** Settles when the last visitor has been served. Default: at once. */
  readonly drained?: Promise<unknown>;
  /** Milliseconds to wait for that, at most. Default 5000. */
  readonly withinMs?: number;
}

/** One stretch from `open` to `close` or to giving up. */
interface Life {
  readonly ended: AbortController;
  readonly opened: Promise<string>;
  readonly online: (url: string) => void;
  readonly refused: (error: Error) => void;
}

export class Tunnel extends EventEmitter<{ status: [TunnelStatus] }> {
  // private to the language: whoever prints a tunnel must not print this
  readonly #authtoken: string;
  private readonly config: Omit<TunnelConfig, "authtoken">;
  private readonly timing: TunnelTiming;
  private readonly redact: Redactor;
  private current: TunnelStatus;
  private life: Life | undefined;
  private agent: AgentProcess | undefined;
  private closing: Promise<void> | undefined;
  /** The domain ngrok chose the first time. A new process would be given another one. */
  private chosenDomain: string | undefined;

  /** Refuses an authtoken that cannot be one with `invalid_request`. Nothing is started. */
  constructor(config: TunnelConfig) {
    super();
    const { authtoken, ...rest } = config;
    this.#authtoken = checkAuthtoken(authtoken);
    this.config = rest;
    this.timing = { ...defaultTiming, ...config.timing };
    this.redact = createRedactor(this.#authtoken);
    config.log.hide(this.#authtoken);
    this.current = describe("offline");
  }

  get status(): TunnelStatus {
    return this.current;
  }

  /** Process id of the tunnel process; undefined while there is none. */
  get pid(): number | undefined {
    return this.agent?.pid;
  }

  /**
   * The public URL, as soon as it is online. A tunnel that is open already gives the URL it has.
   *
   * Refuses with `invalid_request` when an option is wrong and with a TunnelError when ngrok refuses.
   */
  async open(): Promise<string> {
    await this.closing;
    this.life ??= this.begin();
    const { opened } = this.life;
    const first = await opened;
    return this.current.url ?? first;
  }

  /** Ends the tunnel: no new visitors, then no process and no session at ngrok. */
  close(how: CloseTunnel = {}): Promise<void> {
    this.closing ??= this.end(how).finally(() => {
      this.closing = undefined;
    });
    return this.closing;
  }

  private begin(): Life {
    const life = createLife();
    this.chosenDomain = undefined;
    this.change(describe("connecting"));
    this.run(life).catch((error: Error) => {
      if (!life.ended.signal.aborted) this.giveUp(life, error);
    });
    return life;
  }

  private async run(life: Life): Promise<void> {
    const { target, options = {} } = this.config;
    const asked = await resolveTunnelOptions(target, options, this.timing.heartbeat);
    const patience = new Patience(this.timing);
    while (!life.ended.signal.aborted) {
      const request = { ...asked, authtoken: this.#authtoken, version, domain: asked.domain ?? this.chosenDomain };
      const end = await this.attempt(life, request, patience);
      if (life.ended.signal.aborted) return;
      const delayMs = this.judge(end, asked.domain === undefined, patience);
      await sleep(delayMs, undefined, { signal: life.ended.signal }).catch(() => {});
    }
  }

  private async attempt(life: Life, request: OpenTunnel, patience: Patience): Promise<AgentEnd> {
    this.agent = new AgentProcess(request, {
      redact: this.redact,
      log: this.config.log,
      connectTimeoutMs: this.timing.connectTimeoutMs,
      onOnline: (url) => {
        if (life.ended.signal.aborted) return;
        patience.connected();
        this.wentOnline(url);
        life.online(url);
      },
      onLatency: (latencyMs) => {
        this.current = { ...this.current, latencyMs };
      },
    });
    const end = await this.agent.ended;
    this.agent = undefined;
    return end;
  }

  private wentOnline(url: string): void {
    const { url: former, reconnects } = this.current;
    this.chosenDomain = domainOf(url);
    this.change({ ...describe("online"), url, reconnects: former === undefined ? 0 : reconnects + 1 });
  }

  /** Milliseconds until the next attempt; throws when there is to be none. */
  private judge(end: AgentEnd, mayChangeDomain: boolean, patience: Patience): number {
    const code = end.code ?? codeFromText(end.text);
    const { retry, advice } = refusalFor(code);
    const problem = { code, message: code.startsWith("ERR_") ? `${advice} (${code})` : advice, detail: end.text };
    const canChooseAgain = mayChangeDomain && this.chosenDomain !== undefined && isDomainRefusal(code);
    if (canChooseAgain) this.chosenDomain = undefined;
    const delayMs = patience.delayMs(canChooseAgain ? "always" : retry);
    if (delayMs === undefined) throw new TunnelError(problem);
    const state = this.current.url === undefined ? "connecting" : "reconnecting";
    this.change({ ...this.current, state, since: this.sinceOf(state), problem, latencyMs: undefined });
    return delayMs;
  }

  private giveUp(life: Life, error: Error): void {
    const message = this.redact(error.message);
    const problem = { code: "not_started", detail: message, ...codeAndDetail(error), message };
    life.ended.abort();
    this.life = undefined;
    this.change({ ...describe("failed"), reconnects: this.current.reconnects, problem });
    life.refused(error);
  }

  private async end(how: CloseTunnel): Promise<void> {
    const { life, agent } = this;
    life?.ended.abort();
    this.life = undefined;
    await agent?.close(how.drained ?? Promise.resolve(), how.withinMs ?? 5000);
    if (this.current.state !== "offline") this.change(describe("offline"));
    life?.refused(
      new TunnelError({ code: "closed", message: "The tunnel was closed before it was online.", detail: "" }),
    );
  }

  private sinceOf(state: TunnelState): string {
    return this.current.state === state ? this.current.since : new Date().toISOString();
  }

  private change(status: TunnelStatus): void {
    const isNew = status.state !== this.current.state;
    this.current = status;
    const { state, url, problem } = status;
    const fields = { url, code: problem?.code, detail: problem?.detail };
    if (state === "failed") this.config.log.error("tunnel failed", fields);
    else if (isNew) this.config.log.info(`tunnel ${state}`, fields);
    else this.config.log.debug(`tunnel still ${state}`, fields);
    this.emit("status", status);
  }
}

function createLife(): Life {
  let online: (url: string) => void = () => {};
  let refused: (error: Error) => void = () => {};
  const opened = new Promise<string>((resolve, reject) => {
    online = resolve;
    refused = reject;
  });
  // whoever did not wait for it learns from the status
  opened.catch(() => {});
  return { ended: new AbortController(), opened, online, refused };
}

function describe(state: TunnelState): TunnelStatus {
  const since = new Date().toISOString();
  return { state, url: undefined, since, reconnects: 0, latencyMs: undefined, problem: undefined };
}

function codeAndDetail(error: Error): Partial<TunnelProblem> {
  if (error instanceof TunnelError) return { code: error.code, detail: error.detail };
  return error instanceof LabError ? { code: error.code } : {};
}

/** The domain in a URL of ngrok's; an address is none. */
function domainOf(url: string): string | undefined {
  const name = URL.canParse(url) ? new URL(url).hostname : "";
  return /[a-z]/i.test(name) && !name.startsWith("[") ? name : undefined;
}
