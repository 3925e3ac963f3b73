/** One request as a stranger would send it: the path goes out as it is written. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { TimeoutError } from "../async/within.js";

export interface Probe {
  readonly method: string;
  /** Path and query, or a whole address. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** Milliseconds an answer may take. */
const timeoutMs = 15_000;
/** Bytes of an answer that are read. */
const mostBytes = 1024 * 1024;

/** The head of the answer; who reads on destroys it when done. `limitMs` is for the whole of it, the signal ends it. */
export function openProbe(
  url: string,
  probe: Probe,
  signal: AbortSignal,
  limitMs: number = timeoutMs,
): Promise<IncomingMessage> {
  const { protocol, hostname, port } = new URL(url);
  const bytes = probe.body === undefined ? undefined : Buffer.from(JSON.stringify(probe.body));
  const request = protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request({
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ""),
      port,
      method: probe.method,
      path: probe.path,
      agent: false,
      signal,
      headers: {
        "User-Agent": "locallab-self-check",
        "ngrok-skip-browser-warning": "1",
        ...(bytes && { "Content-Type": "application/json", "Content-Length": String(bytes.length) }),
        ...probe.headers,
      },
    });
    const timer = setTimeout(() => sent.destroy(new TimeoutError(limitMs, "The answer")), limitMs);
    sent.on("close", () => clearTimeout(timer));
    sent.on("response", resolve);
    sent.on("upgrade", (answer, socket) => {
      socket.destroy();
      resolve(answer);
    });
    sent.on("error", reject);
    sent.end(bytes);
  });
}

/** The whole answer. */
export async function sendProbe(url: string, probe: Probe, signal: AbortSignal): Promise<ProbeAnswer> {
  const answer = await openProbe(url, probe, signal);
  const status = answer.statusCode ?? 0;
  if (status === 101) return { status, headers: answer.headers, text: "" };
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) {
    text += chunk;
    if (text.length > mostBytes) break;
  }
  return { status, headers: answer.headers, text };
}
