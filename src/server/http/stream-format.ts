/**
 * The four forms a stream of text has on the wire.
 *
 * `/generate` and `/chat` each have the form that LocalLab's own clients read, and standard server-sent events for
 * a client that asks for them with `Accept: text/event-stream`.
 */
import type { Piece } from "../engine/result.js";
import type { ChatFrame, GenerateFrame } from "../wire/frames.js";
import type { FinishReason } from "../wire/generation.js";
import type { ErrorBody } from "../wire/system.js";
import type { AnswerEnd } from "./answer-extras.js";
import { dataFrame, doneFrame, jsonLine } from "./sse.js";
import { TextFrames } from "./text-frames.js";
import { callPieceToWire, logprobsToWire, reasoningToWire } from "./to-wire.js";

type ChatDelta = Omit<ChatFrame["choices"][0]["delta"], "role">;

/** Who speaks in every frame. */
export interface FrameNames {
  readonly id: string;
  readonly model: string;
}

/** A piece of an answer; a thought where `reasoning` is there, of a call where `call` is. */
export type StreamPiece = Pick<Piece, "text" | "reasoning" | "call" | "scores">;

export interface StreamFormat {
  /** True when comments may go between the frames: LocalLab's Python client would print them. */
  readonly hasComments: boolean;
  /** What to send for a piece of text or of thought; "" for nothing yet. */
  piece(piece: StreamPiece, names: FrameNames): string;
  end(end: AnswerEnd): string;
  fail(body: ErrorBody): string;
}

/** `/generate`, as LocalLab's clients read it: the text itself, which has no place for thoughts. */
export function plainTextFormat(): StreamFormat {
  const frames = new TextFrames();
  return {
    hasComments: false,
    piece: ({ text }) => frames.push(text),
    end: () => frames.end(),
    fail: (body) => frames.fail(body.detail),
  };
}

/** `/generate` as server-sent events. */
export function generateEventFormat(): StreamFormat {
  return {
    hasComments: true,
    piece: ({ text, reasoning, scores }, names) => {
      const said = { response: text, ...reasoningToWire(reasoning), ...logprobsToWire(scores) };
      const frame = { ...names, ...said, finish_reason: null };
      return dataFrame(jsonLine(frame satisfies GenerateFrame));
    },
    end: ({ finish_reason, ...extras }) =>
      dataFrame(jsonLine({ response: "", finish_reason, ...extras } satisfies GenerateFrame)) + doneFrame,
    fail: (body) => dataFrame(jsonLine(body)),
  };
}

/** `/chat` as server-sent events, in the shape of OpenAI's chunks: the role once, at the start. */
export function chatEventFormat(): StreamFormat {
  let role: { role?: "assistant" } = { role: "assistant" };
  const frame = (
    names: FrameNames,
    said: ChatDelta,
    finish: FinishReason | null,
    scores?: Piece["scores"],
  ): ChatFrame => {
    const delta = { ...role, ...said };
    role = {};
    return { ...names, choices: [{ index: 0, delta, finish_reason: finish, ...logprobsToWire(scores) }] };
  };
  return {
    hasComments: true,
    piece: ({ text, reasoning, call, scores }, names) => {
      const said = reasoning === undefined ? { content: text } : reasoningToWire(reasoning);
      const delta = call === undefined ? said : { tool_calls: [callPieceToWire(call)] };
      return dataFrame(jsonLine(frame(names, delta, null, scores)));
    },
    end: ({ finish_reason, ...extras }) =>
      dataFrame(jsonLine({ ...extras, ...frame(extras, {}, finish_reason) })) + doneFrame,
    fail: (body) => dataFrame(jsonLine(body)),
  };
}

/**
 * `/chat`, as LocalLab's clients read it: every chunk twice, as an event and as bare JSON.
 *
 * Readers of events skip the bare line (its field has no name they know), the Python client skips the other one.
 */
export function chatLinesFormat(): StreamFormat {
  const twice = (json: string, bare: string = json): string => `data: ${json}\n${bare}\n\n`;
  const frame = (
    names: FrameNames,
    said: ChatDelta,
    finish: FinishReason | null,
    scores?: Piece["scores"],
  ): ChatFrame => ({
    ...names,
    role: "assistant",
    ...said,
    choices: [{ index: 0, delta: { role: "assistant", ...said }, finish_reason: finish, ...logprobsToWire(scores) }],
  });
  return {
    hasComments: false,
    piece: ({ text, reasoning, call, scores }, names) => {
      const called = call === undefined ? {} : { tool_calls: [callPieceToWire(call)] };
      return twice(jsonLine(frame(names, { content: text, ...reasoningToWire(reasoning), ...called }, null, scores)));
    },
    end: ({ finish_reason, ...extras }) =>
      twice(jsonLine({ ...extras, ...frame(extras, { content: "" }, finish_reason) })) + twice("[DONE]", '"[DONE]"'),
    // the Python client sends the whole request again when it reads "timeout"
    fail: (body) =>
      twice(jsonLine(body), `Error: ${body.detail.replace(/\s+/g, " ").replace(/timeout/gi, "time limit")}`),
  };
}
