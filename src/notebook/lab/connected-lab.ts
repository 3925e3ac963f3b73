/** A lab as a client of its server: everything a `Lab` does goes through the connection to the server it is at. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { StreamEntry } from "../../server/wire/streams.js";
import type { Health, RequestList, SystemInfo } from "../../server/wire/system.js";
import type { ApiKey } from "../client/api-key.js";
import type { OngoingBatch } from "../client/batch-work.js";
import type { KeptAnswer } from "../client/kept-answer.js";
import { AnswerShelf, type KeptAnswers } from "../client/kept-answers.js";
import type { Reply, StreamingReply } from "../client/reply.js";
import { LabRequestError } from "../client/request-error.js";
import { unreadStreams } from "../client/resumed-events.js";
import type { TokenList } from "../client/token-list.js";
import { shownWhenThere } from "../displays/awaited.js";
import { labView } from "../displays/lab-view.js";
import type { LiveOutput } from "../displays/live-output.js";
import { logView } from "../displays/log-view.js";
import { requestsView } from "../displays/requests-view.js";
import { someModel } from "../displays/sdk-snippets.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";
import { healthView, systemView } from "../displays/system-view.js";
import { tokensView } from "../displays/tokens-view.js";
import type { View } from "../displays/view.js";
import { reportView } from "../doctor/doctor-view.js";
import type { DoctorReport } from "../doctor/finding.js";
import { inKernel } from "../kernel/kernel.js";
import type { LabPasses } from "../publish/passes.js";
import type { Publication } from "../publish/publication.js";
import type { PublishOptions } from "../publish/publish-options.js";
import { type Asking, askToAnswer, askToContinue, type ChatOptions, type GenerateOptions } from "./ask.js";
import { askTemplate, askTokens, type TemplateOptions, type TokensOptions } from "./ask-tokens.js";
import { askBatch, type BatchOptions } from "./batch.js";
import type { BatchInput } from "./batch-inputs.js";
import { type Conversation, LabConversation } from "./conversation.js";
import { keptAnswers } from "./keep.js";
import type { Lab, StopReceipt } from "./lab.js";
import { type LabLog, readLog } from "./lab-log.js";
import type { LabModels } from "./lab-models.js";
import { LabServer, type LocalParts, receiptView } from "./lab-server.js";
import { type EmbedOptions, embed, type RankedDocument, type RerankOptions, rerank } from "./measure.js";
import { type OpenaiSettings, openaiSettings } from "./openai-settings.js";
import { resumeReply } from "./resume.js";

export class ConnectedLab implements Lab {
  #server: LabServer;
  readonly #shelf: AnswerShelf;
  /** An answer that an earlier kernel asked for, and that can still be read. */
  #left: StreamEntry | undefined;

  private constructor(server: LabServer) {
    this.#server = server;
    this.#shelf = new AnswerShelf(server.local ? `name ${server.local.name}` : server.url);
    selfDisplaying(
      this,
      () => labView(this.#server.face),
      () => this.#server.cards.present(),
    );
  }

  /**
   * Connects: resolves once the server said how it is; closes the connection when it does not. Without `local`, stopping
   * only lets go. `earlier` is a lab of the same name: it goes on with the new server, and is the one that is given.
   */
  static async connect(
    url: string,
    apiKey: string | undefined,
    local?: LocalParts,
    earlier?: ConnectedLab,
  ): Promise<ConnectedLab> {
    const server = await LabServer.attach(url, apiKey, local);
    if (earlier === undefined) {
      const lab = new ConnectedLab(server);
      if (inKernel() && lab.#shelf.last === undefined) await lab.#lookForLeft();
      return lab;
    }
    earlier.#server.leave();
    earlier.#server = server;
    return earlier;
  }

  get url(): string {
    return this.#server.url;
  }

  get apiKey(): ApiKey | undefined {
    return this.#server.apiKey;
  }

  get openai(): OpenaiSettings {
    const { url, apiKey, face } = this.#server;
    return openaiSettings(url, apiKey, face.snapshot.model?.id ?? someModel);
  }

  get models(): LabModels {
    return this.#server.models;
  }

  get passes(): LabPasses {
    return this.#server.passes;
  }

  get last(): KeptAnswer | undefined {
    const left = this.#left;
    this.#left = undefined;
    if (left !== undefined && this.#shelf.last === undefined) resumeReply(this.#asking, left);
    return this.#shelf.last;
  }

  get answers(): KeptAnswers {
    return keptAnswers(this.#shelf);
  }

  /** true once `stop` was called. */
  get stopped(): boolean {
    return this.#server.stopped;
  }

  /** Shows the card in the running cell: in `output` if that is given. */
  present(output?: LiveOutput): void {
    this.#server.cards.present(output);
  }

  /** Asks the server how it is, model and machine included, and shows that on the lab's cards. */
  refresh(): Promise<void> {
    return this.#server.refresh();
  }

  generate(prompt: string, options?: GenerateOptions): StreamingReply {
    return askToContinue(this.#asking, prompt, options);
  }

  chat(messages: string | readonly ChatMessage[], options?: ChatOptions): StreamingReply {
    return askToAnswer(this.#asking, messages, options);
  }

  batch(prompts: readonly BatchInput[], options: BatchOptions = {}): OngoingBatch {
    return askBatch(this.#asking, prompts, options, () => this.#server.slots);
  }

  show(input: string | readonly ChatMessage[], options?: GenerateOptions): Reply {
    const reply =
      typeof input === "string"
        ? askToContinue(this.#asking, input, { ...options, isContinued: true })
        : askToAnswer(this.#asking, input, options);
    return streamIntoCell(reply);
  }

  resume(): Reply {
    return streamIntoCell(resumeReply(this.#asking));
  }

  template(messages: string | readonly ChatMessage[], options?: TemplateOptions): Promise<TokenList> {
    return shownWhenThere(askTemplate(this.#asking.connection, messages, options), tokensView);
  }

  tokens(text: string, options?: TokensOptions): Promise<TokenList> {
    return shownWhenThere(askTokens(this.#asking.connection, text, options), tokensView);
  }

  embed(text: string, options?: EmbedOptions): Promise<number[]>;
  embed(texts: readonly string[], options?: EmbedOptions): Promise<number[][]>;
  embed(input: string | readonly string[], options?: EmbedOptions): Promise<number[] | number[][]> {
    return embed(this.#asking.connection, input, options);
  }

  rerank(query: string, documents: readonly string[], options?: RerankOptions): Promise<RankedDocument[]> {
    return rerank(this.#asking.connection, query, documents, options);
  }

  conversation(system?: string): Conversation {
    if (system !== undefined && typeof system !== "string") {
      const sentence =
        'lab.conversation takes instructions as a text, or nothing: lab.conversation("Answer briefly.").';
      throw new LabRequestError("invalid_request", sentence, { param: "system" });
    }
    return new LabConversation(() => this.#asking, system);
  }

  system(): Promise<SystemInfo> {
    return this.#get("/system/info", systemView);
  }

  health(): Promise<Health> {
    return this.#get("/health", healthView);
  }

  requests(): Promise<RequestList> {
    return this.#get("/requests", requestsView);
  }

  logs(lines = 50): Promise<LabLog> {
    const log = readLog(this.#server.local?.logFile, lines).then((read) => selfDisplaying(read, logView));
    return shownWhenThere(log, logView);
  }

  doctor(): Promise<DoctorReport> {
    // rarely asked: the first import in a cell does without it
    const report = import("../doctor/examine-here.js").then(({ examineHere }) => examineHere(this.#server.connection));
    return shownWhenThere(report, reportView);
  }

  publish(options: PublishOptions = {}): Promise<Publication> {
    return this.#server.publishing.publish(options);
  }

  stop(): Promise<StopReceipt> {
    return shownWhenThere(this.#server.stop(), receiptView);
  }

  /** Ends the server so that another takes its place, with which this lab goes on. */
  async makeWay(): Promise<void> {
    await this.#server.stop("restarted");
  }

  /** JSON of a lab has no key in it. */
  toJSON(): { url: string } {
    return { url: this.url };
  }

  async #lookForLeft(): Promise<void> {
    // a lab without such streams says so, and one that does not answer any more says it at the next request
    const [latest] = await unreadStreams(this.#server.connection).catch(() => []);
    this.#left = latest;
  }

  /** For what a cell asks: how the lab is, where the cards of earlier cells say something else, stands above the answer. */
  get #asking(): Asking {
    this.#server.cards.sayAnew();
    return { connection: this.#server.connection, shelf: this.#shelf };
  }

  #get<Value extends object>(path: string, view: (value: Value) => View): Promise<Value> {
    const value = this.#asking.connection.json<Value>("GET", path);
    return shownWhenThere(
      value.then((known) => selfDisplaying(known, view)),
      view,
    );
  }
}
