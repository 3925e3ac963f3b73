/** Asks a lab for text: the options of a cell become a request, the frames of the stream become an answer. */
import type {
  ChatFrame,
  ChatMessage,
  ChatRequest,
  GenerateFrame,
  GenerateRequest,
  SamplingOptions,
} from "../../server/wire/generation.js";
import { type Answer, extrasOf } from "../client/answer.js";
import type { Connection } from "../client/connection.js";
import { readEvents, type ServerEvent } from "../client/event-stream.js";
import { jsonOrUndefined } from "../client/failures.js";
import { type ReplyPiece, type ReplyWork, StreamingReply } from "../client/reply.js";
import { errorFromBody, LabRequestError } from "../client/request-error.js";
import { answerView, replyView } from "../displays/answer-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";

/** How a request is made, beside what is asked. */
export interface RequestOptions {
  /** true: an interrupt of the cell does not cancel it. Default false. */
  background?: boolean;
  /** Seconds to wait in all when the server is busy and asks to come back later, 0 to 3600. Default 60. */
  waitSeconds?: number;
  /** Cancels the request when it fires. Default none. */
  signal?: AbortSignal;
}

/** Options of `lab.generate`, `lab.chat` and `lab.show`: how to choose tokens, when to end, how to wait. */
export interface GenerateOptions extends SamplingOptions, RequestOptions {}

type Frame = GenerateFrame | ChatFrame;

export function askToContinue(connection: Connection, prompt: string, options?: GenerateOptions): StreamingReply {
  const { sampling, request } = splitOptions(options ?? {});
  const body: GenerateRequest = { ...sampling, prompt, stream: true };
  return shownByItself(new StreamingReply(streamed(connection, "/generate", body, request), request));
}

export function askToAnswer(
  connection: Connection,
  messages: string | readonly ChatMessage[],
  options?: GenerateOptions,
): StreamingReply {
  const { sampling, request } = splitOptions(options ?? {});
  const turns: ChatMessage[] = typeof messages === "string" ? [{ role: "user", content: messages }] : [...messages];
  const body: ChatRequest = { ...sampling, messages: turns, stream: true };
  return shownByItself(new StreamingReply(streamed(connection, "/chat", body, request), request));
}

/** A cell that ends with a reply under way shows it as it comes. */
const shownByItself = (reply: StreamingReply): StreamingReply =>
  selfDisplaying(reply, replyView, () => streamIntoCell(reply));

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

function streamed(connection: Connection, path: string, body: unknown, { waitSeconds }: RequestOptions): ReplyWork {
  return async (push, signal) => {
    const bytes = await connection.stream(path, { body, signal, waitSeconds });
    let text = "";
    let reasoning = "";
    let answer: Answer | undefined;
    // to the very end, also past the answer: a connection that was read out can be used again
    for await (const event of readEvents(bytes)) {
      const frame = frameOf(event, connection.url);
      if (frame === undefined || answer !== undefined) continue;
      const piece = pieceOf(frame);
      text += piece.text;
      reasoning += piece.reasoning;
      push(piece);
      answer = answerOf(frame, { text, reasoning });
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

/** The answer, once the frame that says why it ended is here. */
function answerOf(frame: Frame, said: ReplyPiece): Answer | undefined {
  const reason = "response" in frame ? frame.finish_reason : frame.choices?.[0]?.finish_reason;
  if (!reason) return undefined;
  const { text, reasoning } = said;
  return selfDisplaying({ text, reasoning: reasoning || null, finish_reason: reason, ...extrasOf(frame) }, answerView);
}
