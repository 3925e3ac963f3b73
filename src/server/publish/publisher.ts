/** The lab on the internet: one publication at a time, from asked for to gone. */
import { LabError } from "../errors.js";
import type { PublishCall } from "../schema/publish.js";
import type { Publication, PublishResponse } from "../wire/publish.js";
import { LivePublication } from "./live-publication.js";
import { describePublication } from "./publication-status.js";
import type { PublisherParts } from "./publisher-parts.js";

/** Milliseconds that running requests get to finish when a publication ends. */
const drainMs = 5000;

export class Publisher {
  readonly #parts: PublisherParts;
  /** The one there is, or the last one there was. */
  #live: LivePublication | undefined;
  #opening: Promise<PublishResponse> | undefined;
  #givingUp = new AbortController();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** True while visitors reach the lab or are about to. */
  get isPublished(): boolean {
    return this.#live !== undefined && !this.#live.isOver;
  }

  /**
   * Publishes and answers once the lab has checked its public address itself. A lab that is published already gives
   * what it has; who asks while it is being published waits for that. `signal` gives up on it.
   *
   * Refuses with `no_authtoken`, `invalid_request` and the option that is wrong, `no_model_loaded`, `publish_failed`
   * when the tunnel does not come up, and `publish_check_failed`.
   */
  async publish(call: PublishCall, signal?: AbortSignal): Promise<PublishResponse> {
    if (this.#opening !== undefined) {
      await this.#opening;
      return this.#again(call);
    }
    if (this.#live?.isOpen) return this.#again(call);
    this.#opening = this.#open(call, signal).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  status(): Publication {
    return describePublication(this.#live, this.#parts.passes);
  }

  /** Takes the lab off the internet: no new visitors, `withinMs` for those who are in, then nothing is left of it. */
  async close(withinMs: number = drainMs): Promise<void> {
    this.#givingUp.abort();
    await this.#live?.close(withinMs);
    await this.#opening?.catch(() => {});
  }

  async #open(call: PublishCall, signal: AbortSignal | undefined): Promise<PublishResponse> {
    this.#givingUp = new AbortController();
    const over = signal ? AbortSignal.any([signal, this.#givingUp.signal]) : this.#givingUp.signal;
    const { model, loading } = this.#parts.models.status();
    if (model === null && loading === null) {
      throw new LabError("no_model_loaded", "No model is loaded, so the lab could not check itself. Load one first.");
    }
    await this.#live?.close(0);
    const live = await LivePublication.prepare(this.#parts, call);
    this.#live = live;
    const giveUp = (): void => void live.close(0);
    over.addEventListener("abort", giveUp);
    if (over.aborted) giveUp();
    try {
      const key = await live.open();
      return { ...this.status(), is_new: true, key, warnings: [] };
    } finally {
      over.removeEventListener("abort", giveUp);
    }
  }

  #again(call: PublishCall): PublishResponse {
    const changed = this.#live?.differences(call) ?? [];
    const names = changed.map((name) => `"${name}"`).join(", ");
    const warnings =
      changed.length === 0
        ? []
        : [`The lab is published already, so ${names} changed nothing. Close the publication first to publish anew.`];
    return { ...this.status(), is_new: false, key: null, warnings };
  }
}
