/** One streamed reply, read as it comes. */
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from "node:http";

export interface StreamReader {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The pieces as the network delivered them. */
  readonly chunks: readonly Buffer[];
  /** All that came so far. */
  text(): string;
  /** Resolves when `pattern` has come; rejects when the stream ends without it. */
  until(pattern: RegExp): Promise<void>;
  /** Resolves to everything once the stream ended well; rejects when it was cut. */
  end(): Promise<string>;
  /** Resolves to how it ended. */
  ended(): Promise<"whole" | "cut">;
  /** Closes the connection. */
  destroy(): void;
}

/** Posts JSON and resolves when the headers of the reply are in. `cutAfter` bytes of it the connection is cut. */
export function openStream(
  port: number,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  cutAfter: number = Number.POSITIVE_INFINITY,
): Promise<StreamReader> {
  const sent = { "Content-Type": "application/json", ...headers };
  return begin({ port, path, method: "POST", headers: sent }, JSON.stringify(body), cutAfter);
}

/** The same with GET. */
export function readStream(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  cutAfter: number = Number.POSITIVE_INFINITY,
): Promise<StreamReader> {
  return begin({ port, path, method: "GET", headers }, undefined, cutAfter);
}

function begin(options: RequestOptions, body: string | undefined, cutAfter: number): Promise<StreamReader> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", agent: false, ...options });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let wake = (): void => {};
      let ending: "whole" | "cut" | undefined;
      const tell = (how?: "whole" | "cut"): void => {
        ending ??= how;
        wake();
      };
      let left = cutAfter;
      response.on("data", (chunk: Buffer) => {
        // a connection is cut where it is cut, whatever else has arrived
        if (left > 0) chunks.push(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) {
          request.destroy();
          return tell("cut");
        }
        tell();
      });
      response.on("end", () => tell("whole"));
      response.on("error", () => tell("cut"));
      response.on("close", () => tell("cut"));
      const text = (): string => Buffer.concat(chunks).toString("utf8");
      const changed = (): Promise<void> =>
        new Promise((next) => {
          wake = next;
        });
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        chunks,
        text,
        until: async (pattern) => {
          while (!pattern.test(text())) {
            if (ending !== undefined) throw new Error(`The stream ended without ${pattern}: ${text()}`);
            await changed();
          }
        },
        end: async () => {
          while (ending === undefined) await changed();
          if (ending === "cut") throw new Error(`The stream was cut: ${text()}`);
          return text();
        },
        ended: async () => {
          while (ending === undefined) await changed();
          return ending;
        },
        destroy: () => request.destroy(),
      });
    });
    request.end(body);
  });
}
