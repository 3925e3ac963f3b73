import { type IncomingMessage, request } from "node:http";
import { readEvents } from "../../src/notebook/client/event-stream.js";
import type { GenerateFrame } from "../../src/server/wire/frames.js";
import type { ChatResponse, GenerateResponse } from "../../src/server/wire/generation.js";
import type { Call, CallKind } from "./storm-plan.js";

/** How a call ended, as its client saw it. */
export interface Outcome {
  readonly kind: CallKind;
  /** "answer", "left", "<status> <code>", or one of the ends that no call may have. */
  readonly end: string;
  /** False for an end that no call may have: cut off, unreadable, unforeseen, none at all. */
  readonly isAllowed: boolean;
  readonly tookMs: number;
  readonly limitMs: number;
  /** For the report. */
  readonly detail: string;
  /** What was answered to a question that has one answer only; null for any other. */
  readonly said: Saying | null;
}

export interface Saying {
  /** The model that answered and what it was asked. */
  readonly question: string;
  /** Ended by the model or by a limit. */
  readonly text: string;
}

/** Milliseconds beyond its limit after which a call is given up. */
const patienceMs = 20_000;

type End = Pick<Outcome, "end" | "isAllowed"> & { readonly detail?: string; readonly said?: Saying };

/** Sends a call and waits for its end, or until `signal` breaks the whole storm off. Never rejects. */
export async function sendCall(url: string, key: string, call: Call, signal: AbortSignal): Promise<Outcome> {
  const began = performance.now();
  const leave = new AbortController();
  const givenUp = new AbortController();
  const timer = setTimeout(() => givenUp.abort(), call.limitMs + patienceMs);
  const end = await talk(url, key, call, leave, AbortSignal.any([givenUp.signal, signal])).catch(
    (error: Error): End => {
      if (leave.signal.aborted) return { end: "left", isAllowed: true };
      if (givenUp.signal.aborted) return { end: "no end", isAllowed: false };
      return { end: "cut off", isAllowed: false, detail: error.message };
    },
  );
  clearTimeout(timer);
  const { method, path, body } = call;
  const detail = `${method} ${path} ${JSON.stringify(body)} ${end.detail ?? ""}`;
  const said = end.said && call.body?.temperature === 0 ? end.said : null;
  return { ...end, said, kind: call.kind, tookMs: performance.now() - began, limitMs: call.limitMs, detail };
}

async function talk(url: string, key: string, call: Call, leave: AbortController, givenUp: AbortSignal): Promise<End> {
  const response = await open(url, key, call, AbortSignal.any([leave.signal, givenUp]));
  const { statusCode: status = 0 } = response;
  if (call.body?.stream === true && status === 200) return await readStream(response, call, leave);
  const text = await response.setEncoding("utf8").toArray();
  return readWhole(status, text.join(""), call);
}

function open(url: string, key: string, call: Call, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(call.body && { "content-type": "application/json" }),
    ...(call.body?.stream === true && { accept: "text/event-stream" }),
  };
  return new Promise((resolve, reject) => {
    request(new URL(call.path, url), { method: call.method, agent: false, headers, signal })
      .once("error", reject)
      .once("response", resolve)
      .end(call.body === null ? undefined : JSON.stringify(call.body));
  });
}

function readWhole(status: number, text: string, call: Call): End {
  const json = parse(text);
  if (json === undefined) return { end: `${status} unreadable`, isAllowed: false, detail: text.slice(0, 200) };
  // whether it is ready is told by status, too, without a code
  if (status === 503 && call.path === "/ready") return { end: "answer", isAllowed: true };
  if (status === 200) {
    const { model, response, choices } = json as Partial<GenerateResponse & ChatResponse>;
    const said = response ?? choices?.[0]?.message.content;
    return { end: "answer", isAllowed: true, ...(said !== undefined && { said: sayingOf(call, model ?? "", said) }) };
  }
  return errorEnd(status, (json as { error?: { code?: unknown } }).error, text);
}

function errorEnd(status: number, error: { code?: unknown } | undefined, text: string): End {
  const detail = text.slice(0, 200);
  if (typeof error?.code !== "string") return { end: `${status} without a code`, isAllowed: false, detail };
  // 500 is for what nobody foresaw
  return { end: `${status} ${error.code}`, isAllowed: status !== 500, detail };
}

async function readStream(response: IncomingMessage, call: Call, leave: AbortController): Promise<End> {
  let frames = 0;
  let model = "";
  let said = "";
  if (call.leaveAfter === 0) leave.abort();
  for await (const { data } of readEvents(response)) {
    if (data === "[DONE]") return { end: "answer", isAllowed: true, said: sayingOf(call, model, said) };
    const json = parse(data) as (Partial<GenerateFrame> & { error?: { code?: unknown } }) | undefined;
    if (json === undefined) return { end: "unreadable frame", isAllowed: false, detail: data.slice(0, 200) };
    if (json.error !== undefined) return errorEnd(200, json.error, data);
    model = json.model ?? "";
    said += json.response ?? "";
    frames++;
    if (frames === call.leaveAfter) leave.abort();
  }
  if (leave.signal.aborted) return { end: "left", isAllowed: true };
  return { end: "cut off", isAllowed: false, detail: `after ${frames} frames` };
}

function sayingOf({ path, body }: Call, model: string, text: string): Saying {
  return { question: `${path} ${model} ${JSON.stringify(body?.prompt ?? body?.messages)}`, text };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
