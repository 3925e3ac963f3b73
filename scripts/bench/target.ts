import { setMaxListeners } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import type { RequestShape } from "./request-shapes.js";

/**
 * One server that is measured.
 *
 * Streams use a connection each, as different clients would; questions about its state share kept-open connections,
 * so that opening one is not measured.
 */
export class Target {
  readonly url: URL;
  readonly shape: RequestShape;
  readonly #model: string;
  readonly #keptOpen = new Agent({ keepAlive: true });
  readonly #signal: AbortSignal;
  readonly #key: string;

  /**
   * `signal` ends every request of this target, with its reason. `model` is the id that is asked for, `key` the key that
   * streams are asked with; either may be "".
   */
  constructor(url: URL, shape: RequestShape, signal: AbortSignal, model = "", key = "") {
    this.url = url;
    this.shape = shape;
    this.#signal = signal;
    // one listener for each request under way is no leak
    setMaxListeners(0, signal);
    this.#model = model;
    this.#key = key;
  }

  /** The same server, asked with another key. Whoever calls this closes both. */
  withKey(key: string): Target {
    return new Target(this.url, this.shape, this.#signal, this.#model, key);
  }

  /** The open stream. Throws with the server's own words when it refuses. Leaves when `signal` says so. */
  async openStream(prompt: string, tokens: number, signal?: AbortSignal): Promise<IncomingMessage> {
    const both = signal ? AbortSignal.any([signal, this.#signal]) : this.#signal;
    const body = JSON.stringify(this.shape.body(prompt, tokens, this.#model));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(new URL(this.shape.path, this.url), {
        method: "POST",
        agent: false,
        headers: {
          "content-type": "application/json",
          accept: "text/event-stream",
          ...(this.#key !== "" && { authorization: `Bearer ${this.#key}` }),
        },
        signal: both,
      })
        .once("error", (error) => reject(this.#explain(error)))
        .once("response", resolve)
        .end(body);
    });
    if (response.statusCode === 200) return response;
    const answer = (await text(response)).slice(0, 300);
    throw new Error(`POST ${this.shape.path} of ${this.url.origin} answered ${response.statusCode}: ${answer}`);
  }

  /** The JSON that a path answers with. Throws when the status is not 200. */
  async get(path: string): Promise<unknown> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(new URL(path, this.url), { agent: this.#keptOpen, signal: this.#signal })
        .once("error", (error) => reject(this.#explain(error)))
        .once("response", resolve)
        .end();
    });
    const answer = await text(response);
    if (response.statusCode === 200) return JSON.parse(answer);
    throw new Error(`GET ${path} of ${this.url.origin} answered ${response.statusCode}: ${answer.slice(0, 300)}`);
  }

  close(): void {
    this.#keptOpen.destroy();
  }

  #explain(error: NodeJS.ErrnoException): Error {
    if (error.code !== "ECONNREFUSED") return error;
    return new Error(`Nothing answers at ${this.url.origin}. Start that server first.`, { cause: error });
  }
}
