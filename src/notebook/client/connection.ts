/**
 * The one way to a lab's server: requests with the key, waiting as the server asks, errors in words.
 *
 * In a kernel no socket or timer here keeps the process alive, so a kernel's shutdown never waits for a lab.
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { connectionError, jsonOrUndefined, responseError, silenceText } from "./failures.js";
import { HttpSender, type MeantProcess } from "./http-sender.js";
import { cancelledError, LabRequestError } from "./request-error.js";
import { sleep } from "./sleep.js";

/** Most bytes of an answer that is read as a whole. */
const maxBodyBytes = 64 * 1024 * 1024;

/** Seconds a request waits for a busy server in all, unless the caller says otherwise. */
const defaultWaitSeconds = 60;

/** Seconds of silence after which a call is given up; servers send a comment into a stream more often than that. */
const jsonSilenceSeconds = 30;
const streamSilenceSeconds = 60;

/** Seconds that the word which ends a stream may take. */
const endSeconds = 5;

/** Seconds between two tries at least, also where the server says "at once". */
const minPauseSeconds = 0.1;

/** Milliseconds after which a process whose connection broke is looked at again: sockets close before it is gone. */
const endingMs = 150;

/** Refused for good: asking again costs another wait and changes nothing. */
const neverRepeated: ReadonlySet<string> = new Set(["queue_timeout", "engine_failed", "shutting_down"]);

export interface CallOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** true: nobody asked for it but a card that keeps itself up to date. */
  readonly isWatching?: boolean;
  /** Seconds, 1 to 60, for which a stream goes on when the connection to it is lost; undefined ends it then. */
  readonly resumeSeconds?: number | undefined;
  /**
   * Seconds from the call on in which a busy server is asked again, 0 to 3600: the time that its refusals took counts.
   * An answer under way is not cut short by it. Default 60.
   */
  readonly waitSeconds?: number | undefined;
  /** Seconds from the call on in which a lab that loads its model is asked again, where `waitSeconds` is not given. Default 60. */
  readonly loadingSeconds?: number | undefined;
  /** Seconds the head of an answer may take; 0 waits forever. Default 30 for JSON, 60 for streams. */
  readonly headSeconds?: number;
  /** Seconds without a byte after the head; 0 waits forever. Default 30 for JSON, 60 for streams. */
  readonly silenceSeconds?: number;
}

/** An answer that streams, once its head is there. */
export interface StreamedAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export type Method = "GET" | "POST" | "DELETE";

export class Connection {
  readonly url: string;
  readonly #sender: HttpSender;
  readonly #meant: MeantProcess | undefined;
  readonly #closing = new AbortController();

  /** With `meant`, what is sent reaches that process or no program. */
  constructor(url: string, apiKey: string | undefined, meant?: MeantProcess) {
    this.url = url;
    this.#meant = meant;
    this.#sender = new HttpSender(url, apiKey, meant);
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** The JSON of an answer. Fails with `LabRequestError`, whatever went wrong. */
  async json<Answer>(method: Method, path: string, options: CallOptions = {}): Promise<Answer> {
    const response = await this.#answer(method, path, "application/json", {
      headSeconds: jsonSilenceSeconds,
      silenceSeconds: jsonSilenceSeconds,
      ...options,
    });
    const text = await this.#text(response);
    const value = jsonOrUndefined(text);
    if (value === undefined || value === null || typeof value !== "object") {
      throw new LabRequestError("not_a_lab", `${this.url} answers, but not as LocalLab does. Check the address.`, {
        status: response.statusCode ?? null,
      });
    }
    return value as Answer;
  }

  /** The bytes of an answer that streams. Leaving the loop over them closes the connection. */
  async stream(path: string, options: CallOptions, method: Method = "POST"): Promise<StreamedAnswer> {
    const response = await this.open(method, path, options);
    return { headers: response.headers, bytes: this.#bytes(response) };
  }

  /** Ends a stream that would go on without this side; also after `close`. */
  async endStream(id: string): Promise<void> {
    const path = `/v1/streams/${encodeURIComponent(id)}`;
    const outgoing = { method: "DELETE", path, accept: "application/json", headSeconds: endSeconds, isLast: true };
    // a server that does not hear of it ends the stream by itself, when nobody came back
    const response = await this.#sender.send(outgoing).catch(() => undefined);
    response?.resume();
  }

  /** The head of an answer that streams; the caller reads it to its end or destroys it. */
  open(method: Method, path: string, options: CallOptions): Promise<IncomingMessage> {
    return this.#answer(method, path, "text/event-stream", {
      headSeconds: streamSilenceSeconds,
      silenceSeconds: streamSilenceSeconds,
      ...options,
    });
  }

  /** The error for a server that has said nothing for so many seconds. */
  silence(seconds: number): LabRequestError {
    return new LabRequestError("connection_lost", silenceText(this.url, seconds, this.#meant?.whenSilent));
  }

  /** Ends every request under way and refuses new ones. */
  close(): void {
    this.#closing.abort();
    this.#sender.close();
  }

  async #answer(method: Method, path: string, accept: string, options: CallOptions): Promise<IncomingMessage> {
    const own = options.signal;
    const signal = own ? AbortSignal.any([own, this.#closing.signal]) : this.#closing.signal;
    const began = performance.now();
    const waitSeconds = waitSecondsOf(options);
    const loadingSeconds = options.waitSeconds ?? options.loadingSeconds ?? waitSeconds;
    for (;;) {
      this.#refuseWhenOver(own);
      const error = await this.#try(method, path, accept, { ...options, signal });
      if (!(error instanceof LabRequestError)) return error;
      this.#refuseWhenOver(own);
      const allSeconds = error.code === "model_loading" ? loadingSeconds : waitSeconds;
      const pause = pauseBefore(error, allSeconds - (performance.now() - began) / 1000);
      if (pause === undefined) throw error;
      await sleep(pause, signal);
    }
  }

  async #try(
    method: Method,
    path: string,
    accept: string,
    options: CallOptions,
  ): Promise<IncomingMessage | LabRequestError> {
    try {
      const response = await this.#sender.send({ method, path, accept, ...options });
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return response;
      const text = await this.#text(response);
      return responseError({ url: this.url, status, headers: response.headers, text });
    } catch (error) {
      return this.#broken(error, false);
    }
  }

  async *#bytes(response: IncomingMessage): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const chunk of response) yield chunk as Uint8Array;
    } catch (error) {
      throw await this.#broken(error, true);
    } finally {
      response.destroy();
    }
  }

  async #text(response: IncomingMessage): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.#bytes(response)) {
      size += chunk.length;
      if (size > maxBodyBytes) {
        throw new LabRequestError("not_a_lab", `${this.url} sends more than ${maxBodyBytes} bytes. Check the address.`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  /** Why an answer did not come, or not to its end: this side stopped, the process ended, or what the system says. */
  async #broken(cause: unknown, began: boolean): Promise<LabRequestError> {
    if (began && this.closed) return this.#stopped();
    const error = connectionError({ url: this.url, cause, began, whenSilent: this.#meant?.whenSilent });
    const mayHaveEnded = error.code === "connection_lost" && this.#meant !== undefined;
    return (mayHaveEnded ? await this.#endOfProcess() : undefined) ?? error;
  }

  /** The error that says that the process has ended; undefined while it runs. */
  async #endOfProcess(): Promise<LabRequestError | undefined> {
    for (const pauseMs of [0, endingMs]) {
      await sleep(pauseMs / 1000, this.#closing.signal);
      try {
        this.#meant?.prove();
      } catch (error) {
        return error instanceof LabRequestError ? error : undefined;
      }
    }
    return undefined;
  }

  #refuseWhenOver(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw cancelledError();
    if (this.closed) throw this.#stopped();
  }

  #stopped(): LabRequestError {
    const sentence = `This lab (${this.url}) was stopped. Start one with startLab(), or connectLab(url) to one that runs.`;
    return new LabRequestError("lab_stopped", sentence);
  }
}

function waitSecondsOf({ waitSeconds = defaultWaitSeconds }: CallOptions): number {
  if (waitSeconds >= 0 && waitSeconds <= 3600) return waitSeconds;
  const sentence = `waitSeconds is ${waitSeconds}. It is a number of seconds from 0 to 3600.`;
  throw new LabRequestError("invalid_request", sentence, { param: "waitSeconds" });
}

/** Seconds to wait before the next try; undefined when there is to be none. */
function pauseBefore(error: LabRequestError, waitLeft: number): number | undefined {
  if (error.status !== 429 && error.status !== 503) return undefined;
  if (error.retryAfterSeconds === null || neverRepeated.has(error.code)) return undefined;
  const pause = Math.max(minPauseSeconds, error.retryAfterSeconds);
  return pause <= waitLeft ? pause : undefined;
}
