/** Asks a lab for text: the options of a cell become a request, the frames of the stream become an answer. */
import type { ChatFrame, GenerateFrame } from "../../server/wire/frames.js";
import type { ChatMessage, ChatRequest, GenerateRequest, SamplingOptions } from "../../server/wire/generation.js";
import type { Health } from "../../server/wire/system.js";
import type { CalledTool, CalledToolDelta, ToolOptions } from "../../server/wire/tools.js";
import { type Answer, extrasOf } from "../client/answer.js";
import type { Connection } from "../client/connection.js";
import { readEvents, type ServerEvent } from "../client/event-stream.js";
import { jsonOrUndefined } from "../client/failures.js";
import type { AnswerShelf } from "../client/kept-answers.js";
import { type Asked, type ReplyPiece, type ReplyWork, StreamingReply } from "../client/reply.js";
import { errorFromBody, LabRequestError } from "../client/request-error.js";
import { answerView, replyView } from "../displays/answer-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";
import { keepReply } from "./keep.js";
import { namedHere, type OtherSpellings } from "./option-spellings.js";

/** How a request is made and shown, beside what is asked. */
export interface RequestOptions {
  /** true: an interrupt of the cell does not cancel it. Default false. */
  background?: boolean;
  /**
   * Seconds to wait in all when the server is busy and asks to come back later, 0 to 3600. Default 60; while the lab's
   * model loads as long as `max_time`.
   */
  waitSeconds?: number;
  /** Cancels the request when it fires. Default none. */
  signal?: AbortSignal;
}

/** Options of `lab.generate`, `lab.chat` and `lab.show`: how to choose tokens, when to end, how to wait, how to show it. */
export interface GenerateOptions extends SamplingOptions, OtherSpellings, RequestOptions {
  /** true: the answer is shown as it was written, not as Markdown. Default false. */
  raw?: boolean;
}

/** Of whom is asked, and where the answers are kept. */
export interface Asking {
  readonly connection: Connection;
  readonly shelf: AnswerShelf;
}

type Frame = GenerateFrame | ChatFrame;

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
  const sampling: SamplingOptions = namedHere(written);
  const { max_length } = sampling;
  const asked: Asked = {
    ...(typeof max_length === "number" && { maxLength: max_length }),
    ...(raw === true && { isRaw: true }),
    ...(isContinued && prompt !== undefined && { continued: prompt }),
    lookAround: () => connection.json<Health>("GET", "/health", { waitSeconds: 0, headSeconds: 10 }),
  };
  return { sampling, request, asked, isKept };
}

interface Question {
  readonly path: string;
  readonly body: SamplingOptions;
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
  const { background, waitSeconds, signal, ...sampling } = options;
  const request: RequestOptions = {};
  if (background !== undefined) request.background = background;
  if (waitSeconds !== undefined) request.waitSeconds = waitSeconds;
  if (signal !== undefined) request.signal = signal;
  return { sampling, request };
}

function streamed(connection: Connection, { path, body, request, asked }: Question): ReplyWork {
  const { waitSeconds } = request;
  const loadingSeconds = body.max_time ?? usualMaxTime;
  return async (push, signal) => {
    const bytes = await connection.stream(path, { body, signal, waitSeconds, loadingSeconds });
    let text = "";
    let reasoning = "";
    const calls: CalledTool[] = [];
    let answer: Answer | undefined;
    // to the very end, also past the answer: a connection that was read out can be used again
    for await (const event of readEvents(bytes)) {
      const frame = frameOf(event, connection.url);
      if (frame === undefined || answer !== undefined) continue;
      const piece = pieceOf(frame);
      text += piece.text;
      reasoning += piece.reasoning;
      push(piece);
      for (const part of callsOf(frame)) addCall(calls, part);
      answer = answerOf(frame, { text, reasoning }, calls, asked);
    }
    if (answer) return answer;
    throw new LabRequestError(
      "connection_lost",
      `The stream from ${connection.url} ended before the answer was complete. Ask again.`,
    );
  };
}

/** The frame of an event; undefined at the mark of the end. An error in a frame is thrown. */
function frameOf(event: ServerEvent, url: string): Frame | undefined {
  if (event.data === "[DONE]") return undefined;
  const value = jsonOrUndefined(event.data);
  const error = errorFromBody(value, null);
  if (error) throw error;
  if (typeof value !== "object" || value === null) {
    throw new LabRequestError("not_a_lab", `${url} streams something that is not LocalLab's. Check the address.`);
  }
  return value as Frame;
}

function pieceOf(frame: Frame): ReplyPiece {
  if ("response" in frame) return { text: frame.response ?? "", reasoning: frame.reasoning_content ?? "" };
  const { content, reasoning_content } = frame.choices?.[0]?.delta ?? {};
  return { text: content ?? "", reasoning: reasoning_content ?? "" };
}

const callsOf = (frame: Frame): readonly CalledToolDelta[] =>
  "response" in frame ? [] : (frame.choices?.[0]?.delta?.tool_calls ?? []);

/** A part of a call is put to those that came before. */
function addCall(calls: CalledTool[], { index, id = "", function: part }: CalledToolDelta): void {
  const { id: known, function: called } = calls[index] ?? { id, function: { name: part.name ?? "", arguments: "" } };
  const own = { name: called.name, arguments: called.arguments + part.arguments };
  calls[index] = { id: known, type: "function", function: own };
}

/** The answer, once the frame that says why it ended is here. */
function answerOf(frame: Frame, said: ReplyPiece, calls: CalledTool[], asked: Asked): Answer | undefined {
  const reason = "response" in frame ? frame.finish_reason : frame.choices?.[0]?.finish_reason;
  if (!reason) return undefined;
  const { text, reasoning } = said;
  const called = calls.length > 0 && { tool_calls: calls };
  const answer: Answer = { text, reasoning: reasoning || null, ...called, finish_reason: reason, ...extrasOf(frame) };
  const { continued: _, ...alone } = asked;
  return selfDisplaying(answer, (shown) => answerView(shown, alone));
}
