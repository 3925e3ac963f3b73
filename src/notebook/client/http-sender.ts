/** Sends one request and gives the response once its head is there. Knows sockets; knows nothing of labs' errors. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { inKernel } from "../kernel/kernel.js";

export interface Outgoing {
  readonly method: string;
  /** Path after the lab's address, beginning with "/". */
  readonly path: string;
  readonly accept: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Seconds the head of the answer may take; 0 or none waits forever. */
  readonly headSeconds?: number;
  /** Seconds without a byte after the head; 0 or none waits forever. */
  readonly silenceSeconds?: number;
}

/** Milliseconds between the probes that find a connection whose other end is gone. */
const keepAliveMs = 15_000;

export class HttpSender {
  readonly #url: string;
  readonly #apiKey: string | undefined;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #request: typeof httpRequest;

  constructor(url: string, apiKey: string | undefined) {
    this.#url = url;
    this.#apiKey = apiKey;
    const secure = url.startsWith("https:");
    // the agent lets idle sockets go by itself (Node's http.Agent, keepAlive): only busy ones need care
    const options = { keepAlive: true, keepAliveMsecs: keepAliveMs };
    this.#agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
    this.#request = secure ? httpsRequest : httpRequest;
  }

  /** Rejects with the system's error when no response came. Sends again, once, when a kept connection was stale. */
  async send(outgoing: Outgoing): Promise<IncomingMessage> {
    try {
      return await this.#once(outgoing);
    } catch (error) {
      if (!(error instanceof StaleSocket)) throw error;
      return await this.#once(outgoing, "fresh");
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #once(outgoing: Outgoing, socket: "any" | "fresh" = "any"): Promise<IncomingMessage> {
    const { method, path, accept, body, signal, headSeconds = 0, silenceSeconds = 0 } = outgoing;
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const agent = socket === "any" && this.#agent;
    const options: RequestOptions = { method, agent, headers: this.#headers(accept, bytes) };
    if (signal) options.signal = signal;
    return new Promise((resolve, reject) => {
      const request = this.#request(`${this.#url}${path}`, options, (response) => {
        request.setTimeout(silenceSeconds * 1000);
        resolve(response);
      });
      request.setTimeout(headSeconds * 1000);
      request.on("socket", (assigned: Socket) => {
        assigned.setKeepAlive(true, keepAliveMs);
        if (inKernel()) assigned.unref();
      });
      request.on("timeout", () => request.destroy(silence()));
      request.on("error", (error: NodeJS.ErrnoException) => {
        const stale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        reject(stale && !signal?.aborted ? new StaleSocket() : error);
      });
      request.end(bytes);
    });
  }

  #headers(accept: string, body: Buffer | undefined): Record<string, string | number> {
    return {
      accept,
      "user-agent": "locallab-notebook",
      "ngrok-skip-browser-warning": "1",
      ...(this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }),
      ...(body === undefined ? {} : { "content-type": "application/json", "content-length": body.length }),
    };
  }
}

/** A kept connection that the server had closed before the request reached it. */
class StaleSocket extends Error {}

const silence = (): NodeJS.ErrnoException =>
  Object.assign(new Error("Nothing came for too long"), { code: "ETIMEDOUT" });
