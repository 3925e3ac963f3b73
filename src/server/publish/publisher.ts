/** The lab on the internet: at most one publication at a time, shared by all who ask for it while it opens. */
import { LabError } from "../errors.js";
import type { PublishCall } from "../schema/publish.js";
import type { Publication as PublicationEntry, PublishResponse } from "../wire/publish.js";
import { differencesOf } from "./asked-options.js";
import { Publication } from "./publication.js";
import { describePublication } from "./publication-status.js";
import { wasClosed } from "./publish-errors.js";
import type { PublisherParts } from "./publisher-parts.js";

/** Milliseconds that running requests get to finish when a publication ends. */
const drainMs = 5000;

export class Publisher {
  readonly #parts: PublisherParts;
  /** The one there is, or the last one there was. */
  #current: Publication | undefined;
  /** The one before it, which may still be closing. */
  #former: Publication | undefined;
  /** Who asked for the current one while it opened, and has not left. */
  #askers = new Set<object>();
  #isTold = false;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /**
   * Publishes and answers once the lab has checked its public address itself. A lab that is published already gives
   * what it has. While one opens, all clients share it, and the first that is still there gets the key.
   *
   * `signal` says that the client has left, before or after the answer: when all have left, the publication closes.
   * Refuses with `no_authtoken`, `invalid_request` and the option that is wrong, `no_model_loaded`, `publish_failed`
   * when the tunnel does not come up, and `publish_check_failed`.
   */
  async publish(call: PublishCall, signal?: AbortSignal): Promise<PublishResponse> {
    if (signal?.aborted) throw wasClosed();
    if (this.#current?.phase === "open") return this.#again(this.#current, call);
    const publication = this.#current?.isOpening ? this.#current : this.#begin(call);
    await Promise.race([publication.opened, this.#left(publication, signal)]);
    if (signal?.aborted || publication.phase !== "open") throw wasClosed();
    if (this.#isTold) return this.#again(publication, call);
    this.#isTold = true;
    return { ...this.status(), is_new: true, key: publication.takeKey() ?? null, warnings: [] };
  }

  status(): PublicationEntry {
    return describePublication(this.#current, this.#parts.passes);
  }

  /**
   * Takes the lab off the internet: no new visitors, `withinMs` milliseconds for those who are being served, then
   * nothing is left of it. Resolves within 5 s after that, also when something hangs.
   */
  async close(withinMs: number = drainMs): Promise<void> {
    await Promise.all([this.#current?.close(withinMs), this.#former?.close(withinMs)]);
  }

  #begin(call: PublishCall): Publication {
    const { model, loading } = this.#parts.models.status();
    const loaded = model ?? loading?.model;
    if (loaded === undefined) {
      throw new LabError("no_model_loaded", "No model is loaded, so the lab could not check itself. Load one first.");
    }
    const former = this.#current;
    this.#former = former;
    this.#askers = new Set();
    this.#isTold = false;
    this.#current = new Publication(this.#parts, call, call.models ?? [loaded], former?.over ?? Promise.resolve());
    return this.#current;
  }

  /** Rejects when who asked leaves; who is last to leave closes the publication. */
  #left(publication: Publication, signal: AbortSignal | undefined): Promise<never> {
    const askers = this.#askers;
    const asker = {};
    askers.add(asker);
    const left = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => {
        askers.delete(asker);
        // the key reached no client, so what is published would be of no use
        if (askers.size === 0) void publication.close(drainMs);
        reject(wasClosed());
      });
    });
    left.catch(() => {});
    return left;
  }

  #again(publication: Publication, call: PublishCall): PublishResponse {
    const changed = differencesOf(call, publication.call);
    const names = changed.map((name) => `"${name}"`).join(", ");
    const warnings =
      changed.length === 0
        ? []
        : [`The lab is published already, so ${names} changed nothing. Close the publication first to publish anew.`];
    return { ...this.status(), is_new: false, key: null, warnings };
  }
}
