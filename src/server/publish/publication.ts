/**
 * One publication, and the one owner of all it opens: pinned models, listener, tunnel, key and the time of its end.
 *
 * Each step closes in its `finally` what it opened. To close is to abort and then to wait for that.
 */
import type { Pass } from "../access/pass.js";
import { PublicHost } from "../access/public-host.js";
import { PublishedAccess } from "../access/published-access.js";
import { settlesWithin } from "../async/within.js";
import { refuseUnknownModels } from "../models/model-not-found.js";
import { owner } from "../models/models.js";
import type { PublishCall } from "../schema/publish.js";
import { tunnelOptionsOf } from "./asked-options.js";
import { findAuthtoken } from "./authtoken.js";
import { Countdown } from "./countdown.js";
import type { Watch } from "./keep-watch.js";
import { makeOwnKey } from "./own-key.js";
import { watchPublication } from "./publication-watch.js";
import { publishError, refuseWithoutAuthtoken, wasClosed } from "./publish-errors.js";
import type { PublishedListener } from "./published-listener.js";
import type { PublisherParts } from "./publisher-parts.js";
import { checkPublication } from "./self-check.js";
import { Tunnel } from "./tunnel.js";
import type { TunnelProblem } from "./tunnel-error.js";

export type Phase = "connecting" | "checking" | "open" | "closing" | "over";

/** Why it is over, when it ended by itself. */
export type EndProblem = Pick<TunnelProblem, "code" | "message">;

/** Milliseconds that running requests get when a publication ends by itself. */
const endDrainMs = 5000;
/** Milliseconds after the drain in which everything is closed, whatever hangs. */
const closeMs = 5000;

export class Publication {
  readonly call: PublishCall;
  /** Ids of the models it shows. */
  readonly models: readonly string[];
  /** Resolves once the lab has checked its public address; rejects with a LabError when that did not come to be. */
  readonly opened: Promise<void>;
  /** Resolves when nothing of it is left. Never rejects. */
  readonly over: Promise<void>;
  readonly #parts: PublisherParts;
  readonly #hosts: PublicHost;
  readonly #countdown: Countdown;
  readonly #closing = new AbortController();
  /** Aborts when those who are being served have had their time. */
  readonly #cut = new AbortController();
  #phase: Phase = "connecting";
  #since: Date = new Date();
  #problem: EndProblem | undefined;
  #listener: PublishedListener | undefined;
  #tunnel: Tunnel | undefined;
  #watch: Watch | undefined;
  #ownKey: Pass | undefined;
  #untold: string | undefined;
  #isOpen: () => void = () => {};
  #isNot: (reason: Error) => void = () => {};

  /** Begins at once; `former` settles when the publication before it has left nothing. */
  constructor(parts: PublisherParts, call: PublishCall, models: readonly string[], former: Promise<void>) {
    this.#parts = parts;
    this.call = call;
    this.models = models;
    this.#hosts = new PublicHost(call.origins ?? parts.settings.publishOrigins);
    const seconds = call.expiresInSeconds ?? parts.settings.publishExpiresSeconds;
    const expired = { code: "expired", message: "Its time was over." };
    this.#countdown = new Countdown(seconds * 1000, () => this.#end(expired));
    this.opened = new Promise((resolve, reject) => {
      this.#isOpen = resolve;
      this.#isNot = reject;
    });
    // a caller that does not wait for it reads the status
    this.opened.catch(() => {});
    this.over = this.#live(former);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** When the phase was entered. */
  get since(): Date {
    return this.#since;
  }

  get isOpening(): boolean {
    return !this.#closing.signal.aborted && (this.#phase === "connecting" || this.#phase === "checking");
  }

  get problem(): EndProblem | undefined {
    return this.#problem;
  }

  get tunnel(): Tunnel | undefined {
    return this.#tunnel;
  }

  get watch(): Watch | undefined {
    return this.#watch;
  }

  /** Undefined unless visitors may come in. */
  get expiresAt(): Date | undefined {
    return this.#phase === "open" ? this.#countdown.endsAt : undefined;
  }

  get ownKey(): Pass | undefined {
    return this.#ownKey;
  }

  /** What went through; the watch's own calls are not counted. */
  traffic(): ReturnType<PublishedListener["traffic"]> {
    return this.#listener?.traffic() ?? { requests: 0, bytesSent: 0 };
  }

  /** The key that was made for it, the first time this is called; undefined where the server has a key. */
  takeKey(): string | undefined {
    const key = this.#untold;
    this.#untold = undefined;
    return key;
  }

  /**
   * Ends it: no new visitors, `withinMs` milliseconds for those who are being served, then nothing of it is left.
   *
   * Calling it again can only shorten that time. Resolves within 5 s after it in any case.
   */
  async close(withinMs: number): Promise<void> {
    if (this.#phase !== "over") this.#enter("closing");
    const timer = setTimeout(() => this.#cut.abort(), withinMs);
    void this.over.then(() => clearTimeout(timer));
    this.#closing.abort();
    if (await settlesWithin(withinMs + closeMs, this.over)) return;
    this.#parts.log.error("the publication did not end in time; what is left of it ends later", { withinMs });
  }

  async #live(former: Promise<void>): Promise<void> {
    try {
      await former;
      this.#refuseClosed();
      const sources = { ...this.#parts.authtokenSources, option: this.call.authtoken };
      const { authtoken } = (await findAuthtoken(sources)) ?? refuseWithoutAuthtoken();
      await this.#withModels(authtoken);
    } catch (error) {
      // what was closed on purpose has no problem
      const isClosed = this.#closing.signal.aborted;
      const reason = isClosed ? wasClosed() : publishError(error);
      if (!isClosed) this.#problem ??= { code: reason.code, message: reason.message };
      else this.#parts.log.debug("closing the publication ended a step of it", { error });
      this.#isNot(reason);
    } finally {
      this.#enter("over");
    }
  }

  async #withModels(authtoken: string): Promise<void> {
    this.#refuseClosed();
    const { models } = this.#parts;
    if (this.call.models !== undefined) await refuseUnknownModels(models, this.models);
    const unpin = await models.pin(this.models, this.#closing.signal);
    models.keepOwnerSlot(true);
    try {
      await this.#withListener(authtoken);
    } finally {
      models.keepOwnerSlot(false);
      unpin();
    }
  }

  async #withListener(authtoken: string): Promise<void> {
    this.#refuseClosed();
    const { passes, openListener } = this.#parts;
    const listener = await openListener(new PublishedAccess(passes, this.#hosts));
    this.#listener = listener;
    try {
      this.#refuseClosed();
      await this.#withTunnel(listener, authtoken);
    } finally {
      this.#countdown.stop();
      if (this.#ownKey !== undefined) passes.remove(this.#ownKey);
      await listener.close();
    }
  }

  async #withTunnel(listener: PublishedListener, authtoken: string): Promise<void> {
    const { settings, log, passes, models, timing, onProcess } = this.#parts;
    const { signal } = this.#closing;
    const options = tunnelOptionsOf(this.call, settings);
    const tunnel = new Tunnel({ target: listener.target, authtoken, log, options, onProcess, timing });
    this.#tunnel = tunnel;
    tunnel.on("status", () => this.#follow(tunnel));
    const close = (): Promise<void> => tunnel.close({ drained: () => listener.idle(), cut: this.#cut.signal });
    const closeNow = (): void => void close();
    signal.addEventListener("abort", closeNow);
    try {
      const url = await tunnel.open();
      this.#refuseClosed();
      this.#enter("checking");
      await checkPublication({
        url,
        passes,
        shown: this.models,
        answering: this.call.models?.[0],
        otherModel: (await models.list(owner)).models.find(({ id }) => !this.models.includes(id))?.id,
        log,
        signal,
      });
      // throws when the tunnel was given up or closed meanwhile
      await tunnel.open();
      this.#watch = watchPublication(tunnel, listener, timing ?? {}, log);
      this.#open(url);
      await this.#watch.run(signal);
    } finally {
      signal.removeEventListener("abort", closeNow);
      // before it was open only the lab itself came in
      if (!signal.aborted) this.#cut.abort();
      await close();
    }
  }

  #open(url: string): void {
    const own = makeOwnKey(this.#parts, this.call, this.models, this.#countdown.lengthMs);
    this.#ownKey = own.pass;
    this.#untold = own.untold;
    this.#countdown.begin();
    this.#enter("open");
    this.#parts.log.info("published", { url, until: this.#countdown.endsAt.toISOString(), models: this.models });
    this.#isOpen();
  }

  #follow({ status: { state, url, problem, reconnects } }: Tunnel): void {
    if (url !== undefined) this.#hosts.follow(url);
    if (this.#phase !== "open") return;
    if (state === "online" && reconnects > 0) this.#watch?.doubt();
    if (state === "failed") {
      this.#end({ code: problem?.code ?? "unknown", message: problem?.message ?? "The tunnel was given up." });
    }
  }

  /** Ends by itself. */
  #end(problem: EndProblem): void {
    this.#problem ??= problem;
    this.#parts.log.info("the publication ends", { reason: problem.code });
    void this.close(endDrainMs);
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw wasClosed();
  }

  #enter(phase: Phase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#since = new Date();
  }
}
