/** One streamed reply, read as it comes. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";

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
  /** Closes the connection. */
  destroy(): void;
}

/** Posts JSON and resolves when the headers of the reply are in. */
export function openStream(
  port: number,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<StreamReader> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      method: "POST",
      path,
      agent: false,
      headers: { "Content-Type": "application/json", ...headers },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let wake = (): void => {};
      let ending: "whole" | "cut" | undefined;
      const tell = (how?: "whole" | "cut"): void => {
        ending ??= how;
        wake();
      };
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
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
        destroy: () => request.destroy(),
      });
    });
    request.end(JSON.stringify(body));
  });
}
