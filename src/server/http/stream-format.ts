/**
 * The four forms a stream of text has on the wire.
 *
 * `/generate` and `/chat` each have the form that LocalLab's own clients read, and standard server-sent events for
 * a client that asks for them with `Accept: text/event-stream`.
 */
import type { ChatFrame, FinishReason, GenerateFrame } from "../wire/generation.js";
import type { ErrorBody } from "../wire/system.js";
import type { AnswerEnd } from "./answer-extras.js";
import { dataFrame, doneFrame, jsonLine } from "./sse.js";
import { TextFrames } from "./text-frames.js";

/** Who speaks in every frame. */
export interface FrameNames {
  readonly id: string;
  readonly model: string;
}

export interface StreamFormat {
  /** True when comments may go between the frames: LocalLab's Python client would print them. */
  readonly hasComments: boolean;
  /** What to send for a piece of text; "" for nothing yet. */
  piece(text: string, names: FrameNames): string;
  end(end: AnswerEnd): string;
  fail(body: ErrorBody): string;
}

/** `/generate`, as LocalLab's clients read it: the text itself. */
export function plainTextFormat(): StreamFormat {
  const frames = new TextFrames();
  return {
    hasComments: false,
    piece: (text) => frames.push(text),
    end: () => frames.end(),
    fail: (body) => frames.fail(body.detail),
  };
}

/** `/generate` as server-sent events. */
export function generateEventFormat(): StreamFormat {
  return {
    hasComments: true,
    piece: (text, names) =>
      dataFrame(jsonLine({ ...names, response: text, finish_reason: null } satisfies GenerateFrame)),
    end: ({ finish_reason, ...extras }) =>
      dataFrame(jsonLine({ response: "", finish_reason, ...extras } satisfies GenerateFrame)) + doneFrame,
    fail: (body) => dataFrame(jsonLine(body)),
  };
}

/** `/chat` as server-sent events, in the shape of OpenAI's chunks: the role once, at the start. */
export function chatEventFormat(): StreamFormat {
  let role: { role?: "assistant" } = { role: "assistant" };
  const frame = (names: FrameNames, content: string | undefined, finish: FinishReason | null): ChatFrame => {
    const delta = { ...role, ...(content === undefined ? {} : { content }) };
    role = {};
    return { ...names, choices: [{ index: 0, delta, finish_reason: finish }] };
  };
  return {
    hasComments: true,
    piece: (text, names) => dataFrame(jsonLine(frame(names, text, null))),
    end: ({ finish_reason, ...extras }) =>
      dataFrame(jsonLine({ ...extras, ...frame(extras, undefined, finish_reason) })) + doneFrame,
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
  const frame = (names: FrameNames, content: string, finish: FinishReason | null): ChatFrame => ({
    ...names,
    role: "assistant",
    content,
    choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: finish }],
  });
  return {
    hasComments: false,
    piece: (text, names) => twice(jsonLine(frame(names, text, null))),
    end: ({ finish_reason, ...extras }) =>
      twice(jsonLine({ ...extras, ...frame(extras, "", finish_reason) })) + twice("[DONE]", '"[DONE]"'),
    // the Python client sends the whole request again when it reads "timeout"
    fail: (body) =>
      twice(jsonLine(body), `Error: ${body.detail.replace(/\s+/g, " ").replace(/timeout/gi, "time limit")}`),
  };
}
