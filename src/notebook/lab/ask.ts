/** Asks a lab for text: the options of a cell become a request, the frames of the stream become an answer. */
import type { ChatMessage, ChatRequest, GenerateRequest, SamplingOptions } from "../../server/wire/generation.js";
import type { Health } from "../../server/wire/system.js";
import type { ToolOptions } from "../../server/wire/tools.js";
import type { Connection } from "../client/connection.js";
import type { AnswerShelf } from "../client/kept-answers.js";
import { type Asked, type ReplyWork, StreamingReply } from "../client/reply.js";
import { askedEvents } from "../client/resumed-events.js";
import { replyView } from "../displays/answer-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";
import { answerIn, resumedFor, tellingTo } from "./answer-in.js";
import { keepReply } from "./keep.js";
import { namedHere, type OtherSpellings } from "./option-spellings.js";
import { jsonSchemaOf, readerOf, type SchemaOption } from "./schema-option.js";
import { severalAnswers } from "./several-answers.js";

/** How a request is made and shown, beside what is asked. */
export interface RequestOptions {
  /** true: an interrupt of the cell does not cancel it. Default false. */
  background?: boolean;
  /**
   * Seconds to wait in all when the server is busy and asks to come back later, 0 to 3600. Default 60; while the lab's
   * model loads as long as `max_time`.
   */
  waitSeconds?: number;
  /**
   * Seconds for which the answer goes on when the connection to the lab breaks in the middle, 0 to 60: it is made again by
   * itself. Default 60 in a notebook, 0 elsewhere.
   */
  resumeSeconds?: number;
  /** Cancels the request when it fires. Default none. */
  signal?: AbortSignal;
}

/** Options of `lab.generate`, `lab.chat` and `lab.show`: how to choose tokens, when to end, how to wait, how to show it. */
export interface GenerateOptions extends Omit<SamplingOptions, "json_schema">, OtherSpellings, RequestOptions {
  /** JSON schema that the answer obeys, or a schema of zod's (4.2 or newer); `answer.json()` gives the value. Default: none. */
  json_schema?: SchemaOption | null;
  /** Answers to make, 1 to 8, with the seeds `seed`, `seed` + 1 and so on: `answer.answers`. Several come whole. Default 1. */
  n?: number | null;
  /** true: the answer is shown as it was written, not as Markdown. Default false. */
  raw?: boolean;
}

/** Of whom is asked, and where the answers are kept. */
export interface Asking {
  readonly connection: Connection;
  readonly shelf: AnswerShelf;
}

/** Seconds a request may take where `max_time` does not say: the server's own default. */
const usualMaxTime = 180;

/** Options of `lab.chat`: those of all answers, and what the model may call. */
export interface ChatOptions extends GenerateOptions, ToolOptions {}

export interface AskOptions extends ChatOptions {
  /** true: the text that is continued stands before what follows. */
  isContinued?: boolean;
  /** false: the answer is no entry among the kept ones. Default true. */
  isKept?: boolean;
}

export function askToContinue(asking: Asking, prompt: string, options: AskOptions = {}): StreamingReply {
  const { sampling, request, asked, isKept } = partsOf(asking, options, prompt);
  const body: GenerateRequest = { ...sampling, prompt, stream: true };
  const reply = shownByItself(asking, { path: "/generate", body, request, asked });
  if (isKept) keepReply(asking.shelf, { prompt, messages: null }, reply);
  return reply;
}

export function askToAnswer(
  asking: Asking,
  messages: string | readonly ChatMessage[],
  options: AskOptions = {},
): StreamingReply {
  const { sampling, request, asked, isKept } = partsOf(asking, options);
  const turns: ChatMessage[] = typeof messages === "string" ? [{ role: "user", content: messages }] : [...messages];
  const body: ChatRequest = { ...sampling, messages: turns, stream: true };
  const reply = shownByItself(asking, { path: "/chat", body, request, asked });
  if (isKept) keepReply(asking.shelf, { prompt: turns.at(-1)?.content ?? "", messages: turns }, reply);
  return reply;
}

/** The options by whom they are for: the server, the request, who shows it. */
function partsOf({ connection }: Asking, { isContinued, isKept = true, raw, ...options }: AskOptions, prompt?: string) {
  const { sampling: written, request } = splitOptions(options);
  const named = namedHere(written);
  const schema: SchemaOption | null | undefined = named.json_schema;
  const sampling: Sampling = { ...named, ...(schema != null && { json_schema: jsonSchemaOf(schema) }) };
  const { max_length, logprobs } = sampling;
  const asked: Asked = {
    ...(typeof logprobs === "number" && { hasLogprobs: true }),
    ...(schema != null && { read: readerOf(schema) }),
    ...(typeof max_length === "number" && { maxLength: max_length }),
    ...(raw === true && { isRaw: true }),
    ...(isContinued && prompt !== undefined && { continued: prompt }),
    lookAround: () => connection.json<Health>("GET", "/health", { waitSeconds: 0, headSeconds: 10 }),
  };
  return { sampling, request, asked, isKept };
}

type Sampling = SamplingOptions & { n?: number | null };

interface Question {
  readonly path: string;
  readonly body: Sampling;
  readonly request: RequestOptions;
  readonly asked: Asked;
}

/** A cell that ends with a reply under way shows it as it comes. */
function shownByItself(asking: Asking, question: Question): StreamingReply {
  const reply = new StreamingReply(streamed(asking.connection, question), question.request, question.asked);
  return selfDisplaying(reply, replyView, () => streamIntoCell(reply));
}

/** What goes to the server, and what stays here. */
export function splitOptions<Options extends RequestOptions>(
  options: Options,
): { sampling: Omit<Options, keyof RequestOptions>; request: RequestOptions } {
  const { background, waitSeconds, resumeSeconds, signal, ...sampling } = options;
  const request: RequestOptions = {};
  if (background !== undefined) request.background = background;
  if (waitSeconds !== undefined) request.waitSeconds = waitSeconds;
  if (resumeSeconds !== undefined) request.resumeSeconds = resumeSeconds;
  if (signal !== undefined) request.signal = signal;
  return { sampling, request };
}

function streamed(connection: Connection, { path, body, request, asked }: Question): ReplyWork {
  const { waitSeconds, resumeSeconds } = request;
  const loadingSeconds = body.max_time ?? usualMaxTime;
  return async (reply, signal) => {
    if ((body.n ?? 1) > 1) {
      return severalAnswers(connection, path, { body, signal, waitSeconds, loadingSeconds }, reply, asked);
    }
    const call = { body, signal, waitSeconds, loadingSeconds, ...resumedFor(resumeSeconds), ...tellingTo(reply) };
    return answerIn(askedEvents(connection, path, call), connection.url, reply, asked);
  };
}
