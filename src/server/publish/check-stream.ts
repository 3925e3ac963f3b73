/** The part of the self-check that makes text for real and sees whether it arrives as it is made. */
import type { IncomingMessage } from "node:http";
import { openProbe } from "./probe.js";

/** Milliseconds that the first piece may take to arrive once it was sent. */
const arrivalMs = 10_000;
/** Milliseconds for the whole: the model may still have to load. */
const wholeMs = 10 * 60_000;

export interface StreamCheck {
  readonly url: string;
  readonly key: string;
  /** Id of the model that answers; undefined: the loaded one. */
  readonly model: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * A sentence when the stream was wrong, undefined when it was right.
 *
 * `holdAfterFirst` makes the server wait, after the first piece, for the promise it is handed. That is settled when the
 * piece has arrived here: so it is certain that it arrived before the rest was even sent.
 */
export async function checkStream(
  { url, key, model, signal }: StreamCheck,
  holdAfterFirst: (until: () => Promise<void>) => void,
): Promise<string | undefined> {
  let arrived: () => void = () => {};
  let isLate = false;
  const firstArrived = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let timer: NodeJS.Timeout | undefined;
  holdAfterFirst(() => {
    timer = setTimeout(() => {
      isLate = true;
      arrived();
    }, arrivalMs);
    return firstArrived;
  });
  try {
    const answer = await openProbe(url, generation(key, model), signal, wholeMs);
    const text = await readStream(answer, arrived);
    if (isLate)
      return `The first piece of a stream did not arrive within ${arrivalMs / 1000} s: something on the way collects streams.`;
    return judge(answer, text);
  } finally {
    clearTimeout(timer);
    arrived();
  }
}

const generation = (key: string, model: string | undefined): Parameters<typeof openProbe>[1] => ({
  method: "POST",
  path: "/generate",
  headers: { Authorization: `Bearer ${key}`, Accept: "text/event-stream" },
  body: { prompt: "Once upon a time", max_length: 8, stream: true, max_time: 120, ...(model && { model_id: model }) },
});

async function readStream(answer: IncomingMessage, onFirst: () => void): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) {
    text += chunk;
    if (/^data: /m.test(text)) onFirst();
  }
  return text;
}

function judge(answer: IncomingMessage, text: string): string | undefined {
  const status = answer.statusCode ?? 0;
  if (status !== 200) return `POST /generate with a key was answered with ${status}: ${text.slice(0, 200)}.`;
  if (!text.endsWith("data: [DONE]\n\n")) return `A stream did not come to its end: ${text.slice(-200)}.`;
  return undefined;
}
