/** The frames of a lab's stream become a reply and its answer. */
import type { ChatFrame, GenerateFrame, StreamProgress } from "../../server/wire/frames.js";
import type { TokenLogprob } from "../../server/wire/tokens.js";
import type { CalledTool, CalledToolDelta } from "../../server/wire/tools.js";
import { type Answer, extrasOf } from "../client/answer.js";
import type { ServerEvent } from "../client/event-stream.js";
import { jsonOrUndefined } from "../client/failures.js";
import type { Asked, ReplyListener, ReplyPiece } from "../client/reply.js";
import { errorFromBody, LabRequestError } from "../client/request-error.js";
import { inKernel } from "../kernel/kernel.js";
import { completeAnswers } from "./complete-answer.js";

type Frame = GenerateFrame | ChatFrame;

/** Most seconds for which a lab keeps an answer whose connection broke: its own limit. */
export const mostResumeSeconds = 60;

/** How a stream is asked for that outlives its connection: by default in a notebook only, where an interrupt tells the lab. */
export function resumedFor(seconds: number = inKernel() ? mostResumeSeconds : 0): { resumeSeconds?: number } {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > mostResumeSeconds) {
    const sentence = `resumeSeconds is ${seconds}. It is a whole number of seconds from 0 to ${mostResumeSeconds}.`;
    throw new LabRequestError("invalid_request", sentence, { param: "resumeSeconds" });
  }
  return seconds === 0 ? {} : { resumeSeconds: seconds };
}

/** Reads from the comments of a stream how far it is. */
export function tellingTo(reply: Pick<ReplyListener, "tell">): { onComment: (text: string) => void } {
  return {
    onComment: (text) => {
      const progress = text.startsWith("progress ") ? jsonOrUndefined(text.slice("progress ".length)) : undefined;
      if (isProgress(progress)) reply.tell(progress);
    },
  };
}

const isProgress = (value: unknown): value is StreamProgress =>
  typeof value === "object" && value !== null && typeof (value as { state?: unknown }).state === "string";

/** The answer, once the last event is read. */
export async function answerIn(
  events: AsyncIterable<ServerEvent>,
  url: string,
  reply: Pick<ReplyListener, "push">,
  asked: Asked,
): Promise<Answer> {
  let text = "";
  let reasoning = "";
  const tokens: TokenLogprob[] = [];
  const calls: CalledTool[] = [];
  let answer: Answer | undefined;
  // to the very end, also past the answer: a connection that was read out can be used again
  for await (const event of events) {
    const frame = frameOf(event, url);
    if (frame === undefined || answer !== undefined) continue;
    const piece = pieceOf(frame);
    text += piece.text;
    reasoning += piece.reasoning;
    tokens.push(...tokensOf(frame));
    reply.push(piece);
    for (const part of callsOf(frame)) addCall(calls, part);
    answer = answerOf(frame, { text, reasoning, tokens, calls }, asked);
  }
  if (answer) return answer;
  throw new LabRequestError(
    "connection_lost",
    `The stream from ${url} ended before the answer was complete. Ask again.`,
  );
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

const tokensOf = (frame: Frame): TokenLogprob[] =>
  ("response" in frame ? frame.logprobs : frame.choices?.[0]?.logprobs)?.content ?? [];

const callsOf = (frame: Frame): readonly CalledToolDelta[] =>
  "response" in frame ? [] : (frame.choices?.[0]?.delta?.tool_calls ?? []);

/** A part of a call is put to those that came before. */
function addCall(calls: CalledTool[], { index, id = "", function: part }: CalledToolDelta): void {
  const { id: known, function: called } = calls[index] ?? { id, function: { name: part.name ?? "", arguments: "" } };
  const own = { name: called.name, arguments: called.arguments + part.arguments };
  calls[index] = { id: known, type: "function", function: own };
}

/** What the frames of an answer brought. */
interface Brought extends ReplyPiece {
  readonly tokens: TokenLogprob[];
  readonly calls: CalledTool[];
}

/** The answer, once the frame that says why it ended is here. */
function answerOf(frame: Frame, { text, reasoning, tokens, calls }: Brought, asked: Asked): Answer | undefined {
  const reason = "response" in frame ? frame.finish_reason : frame.choices?.[0]?.finish_reason;
  if (!reason) return undefined;
  const logprobs = asked.hasLogprobs ? { logprobs: tokens } : {};
  const called = calls.length > 0 && { tool_calls: calls };
  const said = { text, reasoning: reasoning || null, ...called, finish_reason: reason, ...logprobs };
  return completeAnswers([{ ...said, ...extrasOf(frame) }], asked);
}
