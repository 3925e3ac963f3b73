import { readEvents } from "../../src/notebook/client/event-stream.js";
import type { FrameUsage } from "./request-shapes.js";
import type { Target } from "./target.js";

/** One streamed answer, as its client saw it. */
export interface StreamTimes {
  /** From the request to the first text. */
  readonly firstTokenMs: number;
  /** Between one text and the next. */
  readonly gapsMs: readonly number[];
  readonly usage: FrameUsage;
}

export interface StreamWatch {
  /** Called at each frame with text; `count` is 1 for the first. */
  readonly onText?: (count: number) => void;
  /** The client goes away when this says so; the promise is rejected. */
  readonly signal?: AbortSignal;
}

/** Asks for `tokens` tokens and reads to the end. Throws when the server refuses, breaks off or sends no text. */
export async function measureStream(
  target: Target,
  prompt: string,
  tokens: number,
  { onText, signal }: StreamWatch = {},
): Promise<StreamTimes> {
  const startedAt = performance.now();
  const times: number[] = [];
  let usage: FrameUsage | undefined;
  for await (const { data } of readEvents(await target.openStream(prompt, tokens, signal))) {
    const frame = target.shape.read(data);
    if (frame.error !== undefined) throw new Error(`${target.url.origin} broke a stream off: ${frame.error}`);
    usage = frame.usage ?? usage;
    if (!frame.hasText) continue;
    times.push(performance.now());
    onText?.(times.length);
  }
  const [first] = times;
  if (first === undefined) throw new Error(`${target.url.origin} sent a stream without text for ${prompt}.`);
  return {
    firstTokenMs: first - startedAt,
    gapsMs: times.slice(1).map((time, index) => time - (times[index] as number)),
    // a server that tells no counts sends, as far as can be seen, a token a frame
    usage: usage ?? { promptTokens: 0, completionTokens: times.length, cachedTokens: 0 },
  };
}
