/** One JSON call with a limit of its own, on a connection of its own. */
import { request } from "node:http";

/** Milliseconds a question after the server's health may take before it counts as not answered. */
export const healthPatienceMs = 15_000;

export interface JsonAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** Rejects when the connection breaks, when the answer is no JSON, and after `limitMs` (60 s). `key` "" sends none. */
export function askJson(
  url: string,
  key: string,
  method: "GET" | "POST",
  path: string,
  body: Readonly<Record<string, unknown>> | null,
  limitMs = 60_000,
): Promise<JsonAnswer> {
  const headers = {
    ...(key !== "" && { authorization: `Bearer ${key}` }),
    ...(body && { "content-type": "application/json" }),
  };
  return new Promise((resolve, reject) => {
    request(new URL(path, url), { method, agent: false, headers, signal: AbortSignal.timeout(limitMs) })
      .once("error", reject)
      .once("response", (response) => {
        const read = async (): Promise<JsonAnswer> => {
          const text = (await response.setEncoding("utf8").toArray()).join("");
          return { status: response.statusCode ?? 0, json: JSON.parse(text) };
        };
        read().then(resolve, reject);
      })
      .end(body === null ? undefined : JSON.stringify(body));
  });
}
