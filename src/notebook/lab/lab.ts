/** What a cell holds of a lab. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { Health, RequestList, SystemInfo } from "../../server/wire/system.js";
import type { ApiKey } from "../client/api-key.js";
import type { OngoingBatch } from "../client/batch-work.js";
import type { KeptAnswer } from "../client/kept-answer.js";
import type { KeptAnswers } from "../client/kept-answers.js";
import type { Reply } from "../client/reply.js";
import type { TokenList } from "../client/token-list.js";
import type { DoctorReport } from "../doctor/finding.js";
import type { LabPasses } from "../publish/passes.js";
import type { Publication } from "../publish/publication.js";
import type { PublishOptions } from "../publish/publish-options.js";
import type { ChatOptions, GenerateOptions } from "./ask.js";
import type { TemplateOptions, TokensOptions } from "./ask-tokens.js";
import type { BatchOptions } from "./batch.js";
import type { BatchInput } from "./batch-inputs.js";
import type { Conversation } from "./conversation.js";
import type { LabLog } from "./lab-log.js";
import type { LabModels } from "./lab-models.js";
import type { EmbedOptions, RankedDocument, RerankOptions } from "./measure.js";
import type { OpenaiSettings } from "./openai-settings.js";

/** What ended when a lab was stopped. Prints itself as a sentence. */
export interface StopReceipt {
  /** Address of the lab. */
  url: string;
  /** true: the server has ended. false: only this notebook let go of it, the server runs on. */
  server_stopped: boolean;
  /** Port that is free again; null when the server runs on. */
  port: number | null;
  /** Memory that came back, in bytes; null when the server runs on or it is not known. */
  freed_bytes: number | null;
  /** What ended, one sentence each. */
  ended: string[];
}

/**
 * A lab: a LocalLab server with a model, here or elsewhere. A cell that ends with it shows its card, which keeps
 * itself up to date.
 *
 * An interrupt of a cell cancels the requests begun since that cell started, unless they were asked for with
 * `background: true`. Everything fails with a `LabRequestError`: its `message` says what is wrong and what to do, its
 * `code` is for programs.
 */
export interface Lab {
  /** Address of the lab, without a slash at the end. */
  readonly url: string;
  /** The key it is asked with: masked when printed, `reveal()` gives it. Undefined when there is none. */
  readonly apiKey: ApiKey | undefined;
  /**
   * Address and key for clients of OpenAI: `new OpenAI(lab.openai)`. A cell that ends with it shows code for them and for
   * Anthropic's, LangChain, LiteLLM, the AI SDK and Jupyter AI.
   */
  readonly openai: OpenaiSettings;
  /** The models: list, load, unload, current. */
  readonly models: LabModels;
  /** Keys for other people: create, list, revoke. Only for the owner of the lab. */
  readonly passes: LabPasses;

  /**
   * Continues a text. Await it for the answer, or iterate it for the pieces as they come; `.cancel()` ends it.
   *
   * Options: `model_id` (default the loaded model), `max_length` (1 to 1048576, default 8192), `temperature` (0 to 2,
   * default 0.7), `do_sample` (default true), `top_p` (0 to 1, default 0.9), `top_k` (0 to 1048576, default 80),
   * `min_p` (0 to 1, default 0), `xtc_probability` (0 to 1, default 0), `xtc_threshold` (0 to 1, default 0.1),
   * `repetition_penalty` (0.1 to 2, default 1.15), `repeat_last_n` (-1 to 1048576, default 64), `presence_penalty` (-2
   * to 2, default 0), `frequency_penalty` (-2 to 2, default 0), `dry_multiplier` (0 to 10, default 0), `dry_base` (1 to
   * 10, default 1.75), `dry_allowed_length` (0 to 1024, default 2), `dry_penalty_last_n` (-1 to 1048576, default -1),
   * `logit_bias` (default none), `min_tokens` (0 to 1048576, default 0), `ignore_eos` (default false), `grammar`
   * (default none), `json_schema` (default none), `logprobs` (0 to 20, default none), `stop` (default none), `seed` (0
   * to 4294967295, default random, said in the reply), `exact` (default false), `system_prompt` (default none),
   * `chat_template_kwargs` (default none), `parse_special` (default true), `reasoning` (default separate),
   * `reasoning_budget` (0 to 1048576, default no limit), `max_time` (0.1 to 3600, default 180), `strict` (default
   * false); `n` (1 to 8, default 1), `background`, `waitSeconds`, `resumeSeconds`, `signal`.
   *
   * Waits in the queue when every slot is busy, and for a model that loads, as long as `max_time`. Where the server asks
   * to come back later, it does so by itself, `waitSeconds` in all (default 60).
   */
  generate(prompt: string, options?: GenerateOptions): Reply;

  /**
   * Answers a conversation: messages with `role` ("system", "user" or "assistant") and `content`, or one string said
   * by the user. Await it for the answer, or iterate it for the pieces; `.cancel()` ends it. Options as `generate`.
   */
  chat(messages: string | readonly ChatMessage[], options?: ChatOptions): Reply;

  /**
   * Answers many prompts in parallel, and gives the answers in the same order: an array, each with its text, tokens,
   * timings and seed. A text is continued, a list of messages is answered, `{ prompt, temperature: 0 }` has options of its
   * own. While it runs the cell shows a bar, the time that is left and the rows as they come. A prompt that fails leaves
   * the others alone: its entry has an `error`. What was there when it was interrupted is in `lab.last?.batch`.
   *
   * Options as `generate`; `onItem` hears of each answer as it comes, `concurrency` (1 to 64, default the slots of the
   * model), `display` (default true).
   */
  batch(prompts: readonly BatchInput[], options?: BatchOptions): OngoingBatch;

  /**
   * Asks, and streams the answer into the cell's own output, as Markdown (`raw: true`: as it was written), with tokens,
   * speed, why it ended and warnings under it. A string is continued as by `generate`; messages are answered as by `chat`.
   * Await it for the answer.
   */
  show(input: string | readonly ChatMessage[], options?: GenerateOptions): Reply;

  /**
   * Goes on with the latest answer that nobody reads any more: one of a kernel that was restarted, say. Streams all of it
   * into the cell; await it for the answer. The lab keeps an answer for 60 s after its connection was lost, or after its
   * end; later it fails with `stream_not_found`.
   */
  resume(): Reply;

  /**
   * The last that was asked in this kernel and what came of it, also where its cell was interrupted, failed, or the page
   * was loaded again. A cell that ends with it shows the whole, and goes on streaming while it still comes. In a kernel
   * that has just been restarted it is what the one before asked, if that still comes or ended within the last minute.
   * undefined before anything was asked.
   */
  readonly last: KeptAnswer | undefined;

  /** The last 200 answers of this kernel, oldest first, those under way and interrupted included. Shows itself as a table. */
  readonly answers: KeptAnswers;

  /**
   * The prompt that the model's own chat template makes of a conversation, token by token, without an answer. A cell that
   * ends with it marks special tokens and shows each id under the mouse. Options: `model_id` (default the loaded model),
   * `chat_template_kwargs` (default none).
   */
  template(messages: string | readonly ChatMessage[], options?: TemplateOptions): Promise<TokenList>;

  /**
   * How the model cuts a text into tokens, up to 262144 characters. Options: `model_id` (default the loaded model),
   * `add_special` (default false), `parse_special` (default true).
   */
  tokens(text: string, options?: TokensOptions): Promise<TokenList>;

  /**
   * Turns a text into a vector of length 1, or a list of texts into as many vectors: texts that mean the same point the same
   * way, and the sum of the products of two vectors says how much, up to 1. Needs a model for embeddings, which is loaded
   * beside the one that writes. A cell that ends with several shows how alike they are.
   *
   * Options: `model_id` (default the one in memory), `input_type` (what the texts are for, where the model's card asks for
   * prefixes: "query", "document"; default none), `dimensions` (default the model's own), `truncate` (reads the beginning of
   * what is too long; default false), `max_time` (0.1 to 3600, default 600, for each 256 texts), `signal`, `waitSeconds`.
   */
  embed(text: string, options?: EmbedOptions): Promise<number[]>;
  embed(texts: readonly string[], options?: EmbedOptions): Promise<number[][]>;

  /**
   * Orders documents by how well they answer a query, the best first, with a score from 0 to 1. Needs a reranker. Options:
   * `model_id` (default the one in memory), `top_n` (default all), `truncate`, `max_time`, `signal`, `waitSeconds` as `embed`.
   */
  rerank(query: string, documents: readonly string[], options?: RerankOptions): Promise<RankedDocument[]>;

  /** Begins a chat that remembers what was said. `system` are instructions that stand before everything. */
  conversation(system?: string): Conversation;

  /** The machine the lab runs on, and what the engine takes of it. Prints itself as a card. */
  system(): Promise<SystemInfo>;

  /** How the server is at this moment: state, slots, requests that wait. Prints itself as a line. */
  health(): Promise<Health>;

  /** What runs and waits, and up to 100 requests that ended lately, of all clients. Prints itself as a table. */
  requests(): Promise<RequestList>;

  /**
   * The last lines of the server's log, 1 to 10000 of them (default 50). Only of a lab of `startLab`: others fail with
   * `log_not_here`. No prompt and no key stands in it.
   */
  logs(lines?: number): Promise<LabLog>;

  /**
   * Looks at what LocalLab needs on the machine of this notebook: Node, Jupyter, kernel, types, memory, disk, port,
   * tokens (whether they are there, never what they are), and what the lab says of its engine. Takes less than 3 s and
   * never fails. Prints itself as a table with one sentence of advice for each.
   */
  doctor(): Promise<DoctorReport>;

  /**
   * Gives the lab a public address through ngrok, for people and programs elsewhere who have a key. Only for the owner.
   *
   * The lab first tries its own address from outside, and is published only if strangers are refused and answers come
   * piece by piece. A key is always needed; where the lab has none, one is made. It ends after `expiresIn` (default
   * "8h"), with `close()`, or with the lab. Run again, it gives the live publication.
   *
   * Options: `models` (what visitors may use, default the loaded one), `domain`, `expiresIn`, `scopes`, `origins`, `allowCidrs`, `denyCidrs`, `trafficPolicy`, `metadata`,
   * `authtoken`, `serverAddr`, `caFile`. Fails with `no_authtoken`, `publish_failed` (the message says what ngrok
   * wants), `publish_check_failed` or `no_model_loaded`.
   */
  publish(options?: PublishOptions): Promise<Publication>;

  /**
   * Ends it and says what ended. A lab of `startLab` is stopped; of a lab of `connectLab` this notebook only lets go:
   * its own requests are cancelled, the server runs on. Calling it again gives the same receipt.
   */
  stop(): Promise<StopReceipt>;
}
