/** Sends one request and gives the response once its head is there. Knows sockets; knows nothing of labs' errors. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { inKernel } from "../kernel/kernel.js";
import { jsonBody } from "./json-body.js";

/** The process that requests are meant for, where it is known. */
export interface MeantProcess {
  /** Socket file it listens at; undefined connects to the address. */
  readonly socketPath: string | undefined;
  /** Throws when the process has ended. Asked on every new connection, after it is made and before a byte is sent. */
  prove(): void;
  /** What to do when the process runs and says nothing, as a sentence. */
  readonly whenSilent: string;
}

/** A server that took the connection and then said nothing for so long. */
export class SilenceError extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`Nothing came for ${seconds} s`);
    this.seconds = seconds;
  }
}

export interface Outgoing {
  readonly method: string;
  /** Path after the lab's address, beginning with "/". */
  readonly path: string;
  readonly accept: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** true: nobody asked for it but a card that keeps itself up to date. The server neither counts nor logs it. */
  readonly isWatching?: boolean;
  /** true: goes out on a connection of its own, also after `close`. */
  readonly isLast?: boolean;
  /** Seconds, 1 to 60, for which a stream goes on when the connection to it is lost; undefined ends it then. */
  readonly resumeSeconds?: number | undefined;
  /** Seconds the head of the answer may take; 0 or none waits forever. */
  readonly headSeconds?: number;
  /** Seconds without a byte after the head; 0 or none waits forever. */
  readonly silenceSeconds?: number;
}

/** Milliseconds between the probes that find a connection whose other end is gone. */
const keepAliveMs = 15_000;
/** Milliseconds until a connection is there, names looked up and certificates checked. */
const connectTimeoutMs = 20_000;

export class HttpSender {
  readonly #url: string;
  readonly #apiKey: string | undefined;
  readonly #meant: MeantProcess | undefined;
  readonly #isSecure: boolean;
  readonly #connectTimeoutMs: number;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(url: string, apiKey: string | undefined, meant?: MeantProcess, connectMs: number = connectTimeoutMs) {
    this.#connectTimeoutMs = connectMs;
    this.#url = url;
    this.#apiKey = apiKey;
    this.#meant = meant;
    this.#isSecure = url.startsWith("https:");
    // the agent lets idle sockets go by itself (Node's http.Agent, keepAlive): only busy ones need care
    const options = { keepAlive: true, keepAliveMsecs: keepAliveMs };
    this.#agent = this.#isSecure ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /**
   * Rejects with the system's error when no response came, with `MeantProcess`'s own when the process has ended. Sends
   * again, once, when a kept connection was stale.
   */
  async send(outgoing: Outgoing): Promise<IncomingMessage> {
    if (outgoing.isLast) return this.#once(outgoing, "fresh");
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

  async #once(outgoing: Outgoing, socket: "any" | "fresh" = "any"): Promise<IncomingMessage> {
    const { method, path, accept, body, signal, headSeconds = 0, silenceSeconds = 0 } = outgoing;
    const bytes = body === undefined ? undefined : jsonBody(body);
    const options: RequestOptions = {
      method,
      agent: socket === "any" && this.#agent,
      headers: { ...this.#headers(accept, bytes), ...headersOf(outgoing) },
      ...(signal && { signal }),
      ...(this.#meant?.socketPath !== undefined && { socketPath: this.#meant.socketPath }),
    };
    return new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined;
      const request = (this.#isSecure ? httpsRequest : httpRequest)(`${this.#url}${path}`, options, (response) => {
        answer = response;
        request.setTimeout(silenceSeconds * 1000);
        resolve(response);
      });
      request.setTimeout(headSeconds * 1000);
      request.on("socket", (assigned: Socket) => {
        assigned.setKeepAlive(true, keepAliveMs);
        if (inKernel()) assigned.unref();
        this.#sendOn(assigned, request, bytes);
      });
      request.on("timeout", () => (answer ?? request).destroy(new SilenceError(answer ? silenceSeconds : headSeconds)));
      request.on("error", (error: NodeJS.ErrnoException) => {
        const stale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        const isUnreached = error.code === "ECONNREFUSED" || error.code === "ENOENT";
        if (stale && !signal?.aborted) reject(new StaleSocket());
        else reject(isUnreached ? this.#whyUnreached(error) : error);
      });
    });
  }

  /** Sends head and body once the connection is made and known to lead to the right process. */
  #sendOn(socket: Socket, request: ClientRequest, bytes: Buffer | undefined): void {
    if (!socket.connecting) {
      // a kept connection: its other end was proven when it was made
      request.end(bytes);
      return;
    }
    const giveUp = (): ClientRequest => request.destroy(tooLate());
    const timer = setTimeout(giveUp, this.#connectTimeoutMs);
    if (inKernel()) timer.unref();
    socket.once("close", () => clearTimeout(timer));
    socket.once(this.#isSecure ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      try {
        this.#meant?.prove();
      } catch (error) {
        request.destroy(error as Error);
        return;
      }
      request.end(bytes);
    });
  }

  /** Nothing listens there: because the process has ended, or for the system's own reason. */
  #whyUnreached(error: unknown): unknown {
    try {
      this.#meant?.prove();
      return error;
    } catch (proof) {
      return proof;
    }
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

const headersOf = ({ isWatching, resumeSeconds }: Outgoing): Record<string, string> => ({
  ...(isWatching && { "x-locallab-watching": "1" }),
  ...(resumeSeconds !== undefined && { "x-locallab-resume": String(resumeSeconds) }),
});

/** A kept connection that the server had closed before the request reached it. */
class StaleSocket extends Error {}

const tooLate = (): NodeJS.ErrnoException =>
  Object.assign(new Error("The connection was not made in time"), { code: "ETIMEDOUT" });
