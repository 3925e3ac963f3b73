/** A lab's public address as a cell holds it: shown live, and closed when it should be gone. */
import type { Publication as Known, PublicationState, PublishResponse } from "../../server/wire/publish.js";
import { type ApiKey, maskedKey } from "../client/api-key.js";
import type { Connection } from "../client/connection.js";
import { LiveOutput } from "../displays/live-output.js";
import type { Snippet } from "../displays/sdk-snippets.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { snippets } from "../displays/snippets.js";
import { usageView } from "../displays/usage-view.js";
import { emptyView } from "../displays/view.js";
import { inKernel } from "../kernel/kernel.js";
import { type PublicationFace, publicationView } from "./publication-view.js";

/** The public address of a lab. A cell that ends with it shows its card, which keeps itself up to date. */
export interface Publication {
  /** The public address, without a slash at the end. */
  readonly url: string;
  /**
   * The key that was made for it: masked when printed, `reveal()` gives it. Undefined where the lab has a key of its
   * own, and where it was published before this notebook came: the lab gives it only once.
   */
  readonly key: ApiKey | undefined;
  /** When it ends by itself. */
  readonly expiresAt: Date;
  /** How it was when the lab was asked last: "online", "reconnecting", "offline", "failed" and so on. */
  readonly state: PublicationState;
  /** Asks the lab how it is. */
  refresh(): Promise<void>;
  /** Takes the lab off the internet. Requests under way get 5 s to finish; the lab itself runs on. */
  close(): Promise<void>;
}

/** Milliseconds between two looks while a card is shown. */
const lookPauseMs = 1000;
/** Looks without an answer after which the lab counts as not answering. */
const lostAfter = 3;
/** Cards that are kept up to date; older ones keep their last state. */
const liveCards = 4;

export class ConnectedPublication implements Publication {
  readonly url: string;
  readonly key: ApiKey | undefined;
  readonly expiresAt: Date;
  readonly #connection: Connection;
  readonly #keyWords: string;
  #warnings: readonly string[];
  #known: Known;
  #misses = 0;
  /** Each card, and the fold below it: an output of its own, so that no change of the card closes it. */
  #shown: { readonly card: LiveOutput; readonly usage: LiveOutput | undefined }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, answer: PublishResponse, labHasKey: boolean) {
    const { key, is_new: _isNew, warnings, ...known } = answer;
    this.#connection = connection;
    this.#known = known;
    this.#warnings = warnings;
    this.url = answer.url ?? "";
    this.expiresAt = new Date(answer.expires_at ?? 0);
    this.key = key === null ? undefined : maskedKey(key);
    this.#keyWords = keyWordsOf(this.key, labHasKey);
    selfDisplaying(
      this,
      () => publicationView(this.#face()),
      () => this.present(),
    );
  }

  get state(): PublicationState {
    return this.#known.state;
  }

  /** True once there is nothing of it any more. */
  get isOver(): boolean {
    return this.#known.state === "offline" || this.#known.state === "failed" || this.#connection.closed;
  }

  /** Shows the card in the running cell: in `output` if that is given. */
  present(output: LiveOutput | undefined = LiveOutput.open(publicationView(this.#face()))): void {
    if (!output) return;
    // now: a cell that ends takes no output afterwards
    output.end(publicationView(this.#face()));
    const usage = this.isOver ? undefined : LiveOutput.open(usageView(this.#snippets, this.url));
    for (const old of this.#shown.slice(0, 1 - liveCards)) old.card.end(publicationView(this.#face(), false));
    this.#shown = [...this.#shown, { card: output, usage }].slice(-liveCards);
    this.#lookSoon();
  }

  /** What was said about asking for it again. */
  note(warnings: readonly string[]): void {
    this.#warnings = warnings;
    this.#show();
  }

  async refresh(): Promise<void> {
    this.#take(await this.#connection.json<Known>("GET", "/publish"));
  }

  async close(): Promise<void> {
    if (this.isOver) return;
    this.#take(await this.#connection.json<Known>("DELETE", "/publish"));
  }

  /** The lab has ended, and this with it. */
  end(): void {
    clearTimeout(this.#timer);
    this.#known = { ...this.#known, state: "offline", url: null, expires_at: null };
    this.#showEnd();
  }

  /** JSON of a publication has no key in it. */
  toJSON(): { url: string; state: PublicationState; expiresAt: Date } {
    return { url: this.url, state: this.state, expiresAt: this.expiresAt };
  }

  #face(): PublicationFace {
    return {
      known: this.#known,
      url: this.url,
      keyWords: this.#keyWords,
      warnings: this.#warnings,
      isAnswering: this.#misses < lostAfter,
    };
  }

  get #snippets(): Snippet[] {
    return snippets(this.url, true, true, this.#known.models[0]);
  }

  #take(known: Known): void {
    // another publication came after this one
    const isOther = known.url !== null && known.url !== this.url;
    this.#known = isOther ? { ...known, state: "offline", url: null, expires_at: null } : known;
    this.#misses = 0;
    if (this.isOver) this.#showEnd();
    else this.#show();
  }

  #showEnd(): void {
    for (const { card, usage } of this.#shown) {
      card.end(publicationView(this.#face()));
      usage?.end(emptyView);
    }
    this.#shown = [];
  }

  #show(): void {
    for (const { card } of this.#shown) card.update(() => publicationView(this.#face(), this.#misses < lostAfter));
  }

  #lookSoon(): void {
    if (this.#timer || this.isOver || this.#misses >= lostAfter) return;
    this.#timer = setTimeout(() => void this.#look(), lookPauseMs);
    // a card never keeps a kernel alive
    if (inKernel()) this.#timer.unref();
  }

  async #look(): Promise<void> {
    const quiet = { waitSeconds: 0, headSeconds: 10, isWatching: true };
    const known = await this.#connection.json<Known>("GET", "/publish", quiet).catch(() => undefined);
    this.#timer = undefined;
    if (this.#shown.length === 0) return;
    if (known !== undefined) this.#take(known);
    else {
      this.#misses += 1;
      this.#show();
    }
    this.#lookSoon();
  }
}

function keyWordsOf(key: ApiKey | undefined, labHasKey: boolean): string {
  if (key !== undefined) return `${key.toString()} — key.reveal() gives it; it is told this one time`;
  if (labHasKey) return "the lab's own (LOCALLAB_API_KEY)";
  return "was told when it was published; lab.passes.create({ name }) makes another";
}
