/** One publication: its door, its tunnel, its key, and the hour it ends. */

import { newKey } from "../access/keys.js";
import type { Pass } from "../access/pass.js";
import type { MadePass } from "../access/pass-book.js";
import { PublicHost } from "../access/public-host.js";
import { PublishedAccess } from "../access/published-access.js";
import type { PublishCall } from "../schema/publish.js";
import { differencesOf, tunnelOptionsOf } from "./asked-options.js";
import { findAuthtoken } from "./authtoken.js";
import { Countdown } from "./countdown.js";
import { noAuthtoken, publishError, wasClosed } from "./publish-errors.js";
import type { PublishedDoor } from "./published-door.js";
import type { PublisherParts } from "./publisher-parts.js";
import { checkPublication } from "./self-check.js";
import { Tunnel } from "./tunnel.js";
import type { TunnelProblem } from "./tunnel-error.js";
import type { TunnelStatus } from "./tunnel-status.js";

type Phase = "connecting" | "checking" | "open" | "closing" | "over";

/** Why it is not there any more, for who asks later. */
export type EndProblem = Pick<TunnelProblem, "code" | "message">;

export class LivePublication {
  readonly #parts: PublisherParts;
  readonly #call: PublishCall;
  readonly #door: PublishedDoor;
  readonly #hosts: PublicHost;
  readonly #tunnel: Tunnel;
  readonly #countdown: Countdown;
  #phase: Phase = "connecting";
  #since: Date = new Date();
  #url: string | undefined;
  #ownKey: Pass | undefined;
  #closing: Promise<void> | undefined;
  #problem: EndProblem | undefined;

  private constructor(
    parts: PublisherParts,
    call: PublishCall,
    door: PublishedDoor,
    hosts: PublicHost,
    tunnel: Tunnel,
  ) {
    this.#parts = parts;
    this.#call = call;
    this.#door = door;
    this.#hosts = hosts;
    this.#tunnel = tunnel;
    const seconds = call.expiresInSeconds ?? parts.settings.publishExpiresSeconds;
    this.#countdown = new Countdown(seconds * 1000, () =>
      this.#end({ code: "expired", message: "Its time was over." }),
    );
    tunnel.on("status", (status) => this.#follow(status));
  }

  /** Opens the door and nothing more. Refuses with `no_authtoken` before anything is opened. */
  static async prepare(parts: PublisherParts, call: PublishCall): Promise<LivePublication> {
    const { settings, log } = parts;
    const found = await findAuthtoken({ ...parts.authtokenSources, option: call.authtoken });
    if (found === undefined) throw noAuthtoken();
    log.hide(found.authtoken);
    const hosts = new PublicHost(call.origins ?? settings.publishOrigins);
    const door = await parts.openDoor(new PublishedAccess(parts.passes, hosts));
    try {
      const tunnel = new Tunnel({
        target: door.target,
        authtoken: found.authtoken,
        log,
        options: tunnelOptionsOf(call, settings),
        ...(parts.timing && { timing: parts.timing }),
      });
      return new LivePublication(parts, call, door, hosts, tunnel);
    } catch (error) {
      await door.close();
      throw error;
    }
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** When the phase was entered, or the tunnel's state where that is what is shown. */
  get since(): string {
    return this.#phase === "open" ? this.#tunnel.status.since : this.#since.toISOString();
  }

  /** The public address, once it was checked. */
  get url(): string | undefined {
    return this.#phase === "open" ? this.#url : undefined;
  }

  get tunnel(): TunnelStatus {
    return this.#tunnel.status;
  }

  /** Why it is over, when it ended by itself. */
  get problem(): EndProblem | undefined {
    return this.#problem;
  }

  /** Undefined once nobody gets in any more. */
  get expiresAt(): Date | undefined {
    return this.#phase === "open" ? this.#countdown.endsAt : undefined;
  }

  get ownKey(): Pass | undefined {
    return this.#ownKey;
  }

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  get isOver(): boolean {
    return this.#phase === "over";
  }

  traffic(): ReturnType<PublishedDoor["traffic"]> {
    return this.#door.traffic();
  }

  /** Names of the options in which `call` asks for something else, as on the wire. */
  differences(call: PublishCall): string[] {
    return differencesOf(call, this.#call);
  }

  /** Publishes: the key that was made for it, or null where the server has one. */
  async open(): Promise<string | null> {
    try {
      const url = await this.#tunnel.open();
      this.#hosts.follow(url);
      this.#enter("checking");
      await checkPublication(url, this.#parts.passes, this.#parts.log);
      this.#refuseClosed();
      this.#url = this.#tunnel.status.url ?? url;
      const made = this.#makeKey();
      this.#ownKey = made.pass;
      this.#countdown.begin();
      this.#enter("open");
      this.#parts.log.info("published", { url: this.#url, until: this.#countdown.endsAt.toISOString() });
      return this.#parts.settings.apiKey === undefined ? made.key : null;
    } catch (error) {
      const reason = this.#closing === undefined ? publishError(error) : wasClosed();
      this.#problem ??= { code: reason.code, message: reason.message };
      await this.close(0);
      throw reason;
    }
  }

  /** Ends it; calling it again waits for the same end. */
  close(withinMs: number): Promise<void> {
    this.#closing ??= this.#close(withinMs);
    return this.#closing;
  }

  async #close(withinMs: number): Promise<void> {
    this.#countdown.stop();
    this.#enter("closing");
    try {
      await this.#tunnel.close({ drained: this.#door.idle(), withinMs });
      await this.#door.close();
    } finally {
      if (this.#ownKey !== undefined) this.#parts.passes.remove(this.#ownKey);
      this.#enter("over");
    }
  }

  #end(problem: EndProblem): void {
    this.#problem = problem;
    this.#parts.log.info("the publication ends", { reason: problem.code });
    this.close(endDrainMs).catch((error: unknown) =>
      this.#parts.log.error("the publication did not end well", { error }),
    );
  }

  #follow({ state, url, problem }: TunnelStatus): void {
    if (url !== undefined) {
      this.#hosts.follow(url);
      if (this.#phase === "open") this.#url = url;
    }
    if (state === "failed" && this.#phase === "open") {
      this.#end({ code: problem?.code ?? "unknown", message: problem?.message ?? "The tunnel was given up." });
    }
  }

  /** The key of the settings where there is one, else a new one. It ends with the publication. */
  #makeKey(): MadePass {
    const { apiKey } = this.#parts.settings;
    const made = this.#parts.passes.create({
      name: apiKey === undefined ? "publication" : "api-key",
      scopes: this.#call.scopes,
      key: apiKey ?? newKey("lab_pub_"),
      expiresAt: Date.now() + this.#countdown.lengthMs,
      isBuiltIn: true,
      isPublicOnly: apiKey !== undefined,
    });
    this.#parts.log.hide(made.key);
    return made;
  }

  #refuseClosed(): void {
    if (this.#closing !== undefined) throw wasClosed();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#since = new Date();
  }
}

/** Milliseconds that running requests get when a publication ends by itself. */
const endDrainMs = 5000;
