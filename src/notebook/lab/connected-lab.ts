/** A lab as a client of its server: everything a `Lab` does goes through one connection. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { Health, RequestList, SystemInfo } from "../../server/wire/system.js";
import type { BatchAnswer } from "../client/answer.js";
import { type ApiKey, maskedKey } from "../client/api-key.js";
import { isLoopback } from "../client/base-url.js";
import { Connection } from "../client/connection.js";
import { herePlace } from "../client/here-place.js";
import { type LabSnapshot, lookAt } from "../client/lab-snapshot.js";
import type { Ongoing } from "../client/ongoing.js";
import { reachableAddress } from "../client/reachable-address.js";
import type { Reply, StreamingReply } from "../client/reply.js";
import type { TokenList } from "../client/token-list.js";
import { LabCards, localPace, remotePace } from "../displays/lab-card.js";
import { type LabFace, labView } from "../displays/lab-view.js";
import type { LiveOutput } from "../displays/live-output.js";
import { logView } from "../displays/log-view.js";
import { sentenceView } from "../displays/parts.js";
import { requestsView } from "../displays/requests-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";
import { healthView, systemView } from "../displays/system-view.js";
import type { DoctorReport } from "../doctor/finding.js";
import { ConnectedPasses, type LabPasses } from "../publish/passes.js";
import type { Publication } from "../publish/publication.js";
import type { PublishOptions } from "../publish/publish-options.js";
import { Publishing } from "../publish/publishing.js";
import { askToAnswer, askToContinue, type GenerateOptions } from "./ask.js";
import { askTemplate, askTokens, type TemplateOptions, type TokensOptions } from "./ask-tokens.js";
import { askBatch, type BatchOptions } from "./batch.js";
import { type Conversation, LabConversation } from "./conversation.js";
import type { Lab, StopReceipt } from "./lab.js";
import { type LabLog, readLog } from "./lab-log.js";
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

export class ConnectedLab implements Lab {
  readonly url: string;
  readonly apiKey: ApiKey | undefined;
  readonly models: LabModels;
  readonly passes: LabPasses;
  readonly #connection: Connection;
  readonly #cards: LabCards;
  readonly #publishing: Publishing;
  readonly #local: LocalParts | undefined;
  #snapshot: LabSnapshot;
  #stopping: Promise<StopReceipt> | undefined;

  private constructor(connection: Connection, apiKey: string | undefined, snapshot: LabSnapshot, local?: LocalParts) {
    this.url = connection.url;
    this.apiKey = apiKey === undefined ? undefined : maskedKey(apiKey);
    this.#connection = connection;
    this.#snapshot = snapshot;
    this.#local = local;
    this.models = new ConnectedModels(connection, () => this.refresh());
    this.passes = new ConnectedPasses(connection);
    this.#publishing = new Publishing(connection, apiKey !== undefined);
    const hasKey = apiKey !== undefined;
    const reach = isLoopback(this.url) ? reachableAddress(herePlace(), this.url, hasKey) : undefined;
    const face = (): LabFace => ({
      name: local?.name ?? new URL(this.url).host,
      url: this.url,
      address: reach?.address ?? this.url,
      addressNote: reach?.note ?? "",
      hasKey,
      snapshot: this.#snapshot,
    });
    this.#cards = new LabCards(face, () => this.#look(), isLoopback(this.url) ? localPace : remotePace);
    selfDisplaying(
      this,
      () => labView(face()),
      () => this.#cards.present(),
    );
  }

  /**
   * Connects: resolves once the server said how it is; closes the connection when it does not. Without `local`, stopping
   * only lets go.
   */
  static async connect(url: string, apiKey: string | undefined, local?: LocalParts): Promise<ConnectedLab> {
    const connection = local?.connection ?? new Connection(url, apiKey);
    try {
      return new ConnectedLab(connection, apiKey, await lookAt(connection), local);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** true once `stop` was called. */
  get stopped(): boolean {
    return this.#stopping !== undefined;
  }

  /** Shows the card in the running cell: in `output` if that is given. */
  present(output?: LiveOutput): void {
    this.#cards.present(output);
  }

  /** Asks the server how it is, model and machine included, and shows that on the lab's cards. */
  async refresh(): Promise<void> {
    this.#snapshot = { ...this.#snapshot, lookedAtMs: Number.NEGATIVE_INFINITY };
    // a server that does not answer is what the cards then say
    await this.#look().catch(() => {});
    this.#cards.refresh();
  }

  /** For what a cell asks: how the lab is, where the cards of earlier cells say something else, stands above the answer. */
  get #asked(): Connection {
    this.#cards.sayAnew();
    return this.#connection;
  }

  generate(prompt: string, options?: GenerateOptions): StreamingReply {
    return askToContinue(this.#asked, prompt, options);
  }

  chat(messages: string | readonly ChatMessage[], options?: GenerateOptions): StreamingReply {
    return askToAnswer(this.#asked, messages, options);
  }

  batch(prompts: readonly string[], options: BatchOptions = {}): Ongoing<BatchAnswer> {
    return askBatch(this.#asked, prompts, options, () => this.#snapshot.health.slots.total);
  }

  show(input: string | readonly ChatMessage[], options?: GenerateOptions): Reply {
    if (typeof input === "string") return streamIntoCell(askToContinue(this.#asked, input, options), input);
    return streamIntoCell(askToAnswer(this.#asked, input, options));
  }

  template(messages: string | readonly ChatMessage[], options?: TemplateOptions): Promise<TokenList> {
    return askTemplate(this.#asked, messages, options);
  }

  tokens(text: string, options?: TokensOptions): Promise<TokenList> {
    return askTokens(this.#asked, text, options);
  }

  conversation(system?: string): Conversation {
    return new LabConversation(this.#asked, system);
  }

  async system(): Promise<SystemInfo> {
    return selfDisplaying(await this.#asked.json<SystemInfo>("GET", "/system/info"), systemView);
  }

  async health(): Promise<Health> {
    return selfDisplaying(await this.#asked.json<Health>("GET", "/health"), healthView);
  }

  async requests(): Promise<RequestList> {
    return selfDisplaying(await this.#asked.json<RequestList>("GET", "/requests"), requestsView);
  }

  async logs(lines = 50): Promise<LabLog> {
    return selfDisplaying(await readLog(this.#local?.logFile, lines), logView);
  }

  async doctor(): Promise<DoctorReport> {
    // rarely asked: the first import in a cell does without it
    const { examineHere } = await import("../doctor/examine-here.js");
    return examineHere(this.#connection);
  }

  publish(options: PublishOptions = {}): Promise<Publication> {
    return this.#publishing.publish(options);
  }

  stop(): Promise<StopReceipt> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** JSON of a lab has no key in it. */
  toJSON(): { url: string } {
    return { url: this.url };
  }

  async #stop(): Promise<StopReceipt> {
    try {
      const receipt = this.#local ? await this.#local.ending() : detachReceipt(this.url);
      return selfDisplaying(receipt, receiptView);
    } finally {
      this.#connection.close();
      this.#snapshot = { ...this.#snapshot, contact: "stopped", changedAt: new Date().toISOString() };
      this.#cards.end();
      this.#publishing.end();
    }
  }

  async #look(): Promise<LabSnapshot> {
    try {
      const snapshot = await lookAt(this.#connection, this.#snapshot);
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

const receiptView = (receipt: StopReceipt): ReturnType<typeof sentenceView> => sentenceView(receipt.ended.join("\n"));
