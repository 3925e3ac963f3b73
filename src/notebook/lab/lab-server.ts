/** The server that a lab is at, and all that is bound to it: how it is known, shown, published and ended. */
import { type ApiKey, maskedKey } from "../client/api-key.js";
import { isLoopback } from "../client/base-url.js";
import { Connection } from "../client/connection.js";
import { herePlace } from "../client/here-place.js";
import { type LabSnapshot, lookAt } from "../client/lab-snapshot.js";
import { reachableAddress } from "../client/reachable-address.js";
import { LabCards, localPace, remotePace } from "../displays/lab-card.js";
import type { LabFace } from "../displays/lab-view.js";
import { sentenceView } from "../displays/parts.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { ConnectedPasses, type LabPasses } from "../publish/passes.js";
import { Publishing } from "../publish/publishing.js";
import type { StopReceipt } from "./lab.js";
import { ConnectedModels, type LabModels } from "./lab-models.js";

/** What is known of a lab of this machine, and may be done with it, beside asking it. */
export interface LocalParts {
  /** The lab is asked through it, with a key that has every scope. Closed with the lab. */
  readonly connection: Connection;
  /** What it is called. */
  readonly name: string;
  /** Path of the server's log; null when it goes elsewhere. */
  readonly logFile: string | null;
  /** Ends the server, before the connection closes, and says what ended. */
  readonly ending: () => Promise<StopReceipt>;
}

export class LabServer {
  readonly url: string;
  readonly apiKey: ApiKey | undefined;
  readonly connection: Connection;
  readonly models: LabModels;
  readonly passes: LabPasses;
  readonly cards: LabCards;
  readonly publishing: Publishing;
  readonly local: LocalParts | undefined;
  #snapshot: LabSnapshot;
  #stopping: Promise<StopReceipt> | undefined;
  #isClosed = false;

  private constructor(connection: Connection, apiKey: string | undefined, snapshot: LabSnapshot, local?: LocalParts) {
    this.url = connection.url;
    this.apiKey = apiKey === undefined ? undefined : maskedKey(apiKey);
    this.connection = connection;
    this.#snapshot = snapshot;
    this.local = local;
    this.models = new ConnectedModels(connection, () => this.refresh());
    this.publishing = new Publishing(connection, apiKey !== undefined);
    this.passes = new ConnectedPasses(connection, () => this.publishing.address ?? connection.url);
    this.cards = new LabCards(
      () => this.face,
      () => this.#look(),
      isLoopback(this.url) ? localPace : remotePace,
    );
  }

  /** Resolves once the server said how it is; closes the connection when it does not. Without `local`, stopping only lets go. */
  static async attach(url: string, apiKey: string | undefined, local?: LocalParts): Promise<LabServer> {
    const connection = local?.connection ?? new Connection(url, apiKey);
    try {
      return new LabServer(connection, apiKey, await lookAt(connection), local);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** What there is to show of it. */
  get face(): LabFace {
    const hasKey = this.apiKey !== undefined;
    const reach = isLoopback(this.url) ? reachableAddress(herePlace(), this.url, hasKey) : undefined;
    return {
      name: this.local?.name ?? new URL(this.url).host,
      url: this.url,
      address: reach?.address ?? this.url,
      addressNote: reach?.note ?? "",
      hasKey,
      snapshot: this.#snapshot,
    };
  }

  /** Requests it works on at once, as far as is known. */
  get slots(): number {
    return this.#snapshot.health.slots.total;
  }

  /** true once `stop` was called. */
  get stopped(): boolean {
    return this.#stopping !== undefined;
  }

  /** Asks the server how it is, model and machine included, and shows that on the lab's cards. */
  async refresh(): Promise<void> {
    this.#snapshot = { ...this.#snapshot, lookedAtMs: Number.NEGATIVE_INFINITY };
    // a server that does not answer is what the cards then say
    await this.#look().catch(() => {});
    this.cards.refresh();
  }

  /**
   * Ends the server, or lets go of one that is not this machine's. Again it gives the same receipt. `end` is what its
   * cards say from then on.
   */
  stop(end: "stopped" | "restarted" = "stopped"): Promise<StopReceipt> {
    this.#stopping ??= this.#stop(end);
    return this.#stopping;
  }

  /** Lets go of a server that another has taken the place of. */
  leave(): void {
    this.#stopping ??= Promise.resolve(detachReceipt(this.url));
    this.#close("restarted");
  }

  async #stop(end: "stopped" | "restarted"): Promise<StopReceipt> {
    try {
      const receipt = this.local ? await this.local.ending() : detachReceipt(this.url);
      return selfDisplaying(receipt, receiptView);
    } finally {
      this.#close(end);
    }
  }

  #close(end: "stopped" | "restarted"): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.connection.close();
    this.#snapshot = { ...this.#snapshot, contact: end, changedAt: new Date().toISOString() };
    this.cards.end();
    this.publishing.end();
  }

  async #look(): Promise<LabSnapshot> {
    try {
      const snapshot = await lookAt(this.connection, this.#snapshot);
      if (!this.stopped) this.#snapshot = snapshot;
    } catch (error) {
      if (!this.stopped && this.#snapshot.contact === "live") {
        this.#snapshot = { ...this.#snapshot, contact: "lost", changedAt: new Date().toISOString() };
      }
      throw error;
    }
    return this.#snapshot;
  }
}

const detachReceipt = (url: string): StopReceipt => ({
  url,
  server_stopped: false,
  port: null,
  freed_bytes: null,
  ended: [`This notebook let go of ${url}. The server runs on.`],
});

export const receiptView = (receipt: StopReceipt): ReturnType<typeof sentenceView> =>
  sentenceView(receipt.ended.join("\n"));
