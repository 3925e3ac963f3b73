/**
 * A server that speaks the wire of a lab, for what the real one cannot be made to do on demand.
 *
 * Streams say "Once upon a time."; a prompt that begins with "endless" gets a piece every 10 ms until the client
 * goes away. Every route can be replaced by a test.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChatFrame, GenerateFrame } from "../../src/server/wire/frames.js";
import type { BatchResponse } from "../../src/server/wire/generation.js";
import type { Health } from "../../src/server/wire/system.js";
import {
  fakeExtras,
  fakeHealth,
  fakeModel,
  fakeModels,
  fakeRequests,
  fakeSystem,
  fakeTokens,
} from "./fake-lab-answers.js";

/** A request as it came in. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
  /** "done" once it was answered in full, "left" when the client went away before. */
  readonly outcome: Promise<"done" | "left">;
}

export type Handler = (request: Seen, response: ServerResponse) => void;

export class FakeLabServer {
  readonly seen: Seen[] = [];
  /** What `GET /health` says; tests change it. */
  readonly health: Health = fakeHealth();
  readonly #handlers = new Map<string, Handler>();
  readonly #waiting: { test: (request: Seen) => boolean; resolve: (request: Seen) => void }[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
    this.#handlers.set("GET /health", (_, response) => sendJson(response, 200, this.health));
    this.#handlers.set("GET /models/current", (_, response) => sendJson(response, 200, fakeModel()));
    this.#handlers.set("GET /models/available", (_, response) => sendJson(response, 200, fakeModels()));
    this.#handlers.set("GET /system/info", (_, response) => sendJson(response, 200, fakeSystem()));
    this.#handlers.set("GET /requests", (_, response) => sendJson(response, 200, fakeRequests()));
    this.#handlers.set("POST /apply-template", (_, response) => sendJson(response, 200, fakeTokens));
    this.#handlers.set("POST /tokenize", (_, response) => sendJson(response, 200, { tokens: fakeTokens.tokens }));
    this.#handlers.set("POST /generate", streamText);
    this.#handlers.set("POST /chat", streamText);
    this.#handlers.set("POST /generate/batch", answerBatch);
    this.#handlers.set("POST /models/load", (_, response) =>
      sendJson(response, 200, { status: "success", message: "Loaded.", model: fakeModel() }),
    );
    this.#handlers.set("POST /models/unload", (_, response) =>
      sendJson(response, 200, {
        status: "Model unloaded successfully",
        message: "Unloaded.",
        model_id: "sample",
        freed_bytes: 1024,
      }),
    );
  }

  /** Listens on a free port of 127.0.0.1, or where it is told: an address, a port, or the path of a socket file. */
  static async start(where: { host?: string; port?: number } | { path: string } = {}): Promise<FakeLabServer> {
    const fake = new FakeLabServer();
    const at = "path" in where ? where : { host: "127.0.0.1", port: 0, ...where };
    await new Promise<void>((resolve, reject) => {
      fake.#server.once("error", reject);
      fake.#server.listen(at, resolve);
    });
    return fake;
  }

  /** Its address; at a socket file one where nobody listens. */
  get url(): string {
    const address = this.#server.address() as AddressInfo | string;
    return typeof address === "string" ? "http://127.0.0.1:9" : `http://${address.address}:${address.port}`;
  }

  /** Connections that are open now. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  /** Answers a route ("POST /generate") in another way from now on. */
  on(route: string, handler: Handler): void {
    this.#handlers.set(route, handler);
  }

  /** The next request, or one that came already, that passes the test. */
  request(test: (request: Seen) => boolean): Promise<Seen> {
    const found = this.seen.find(test);
    return found ? Promise.resolve(found) : new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Cuts every open connection, as a server that dies does. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const text = Buffer.concat(chunks).toString("utf8");
    const seen: Seen = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
      outcome: new Promise((resolve) =>
        response.once("close", () => resolve(response.writableFinished ? "done" : "left")),
      ),
    };
    this.seen.push(seen);
    for (const waiter of this.#waiting) if (waiter.test(seen)) waiter.resolve(seen);
    const handler = this.#handlers.get(`${seen.method} ${seen.path}`);
    if (handler) handler(seen, response);
    else sendError(response, 404, "not_found", `There is no ${seen.method} ${seen.path} here.`);
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_fake", ...headers });
  response.end(JSON.stringify(body));
}

/** An error in the form of the error table. */
export function sendError(response: ServerResponse, status: number, code: string, message: string, headers = {}): void {
  sendJson(response, status, { detail: message, error: { message, type: "error", param: null, code } }, headers);
}

/** The frames of an answer in these pieces, as bytes on the wire. */
export function framesOf(path: string, pieces: readonly string[]): string {
  if (path === "/chat") return chatFramesOf(pieces.map((content) => ({ content })));
  const frames = pieces.map((response) => ({ ...frameNames, response, finish_reason: null }));
  return eventsOf([...frames, { ...fakeExtras(), response: "", finish_reason: "stop" }]);
}

/** The frames of a chat's answer in these pieces of text and thought. */
export function chatFramesOf(deltas: readonly ChatFrame["choices"][0]["delta"][]): string {
  const frames = deltas.map(
    (delta): ChatFrame => ({ ...frameNames, choices: [{ index: 0, delta, finish_reason: null }] }),
  );
  return eventsOf([...frames, { ...fakeExtras(), choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }]);
}

const frameNames = { id: "req_fake", model: "sample" } as const;

const eventsOf = (frames: readonly (GenerateFrame | ChatFrame)[]): string =>
  [...frames.map((frame) => JSON.stringify(frame)), "[DONE]"].map((line) => `data: ${line}\n\n`).join("");

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_fake" });
  response.flushHeaders();
}

function streamText({ path, body }: Seen, response: ServerResponse): void {
  openStream(response);
  const said: string = body.prompt ?? body.messages.at(-1).content;
  if (!said.startsWith("endless")) {
    response.end(framesOf(path, ["Once ", "upon ", "a ", "time."]));
    return;
  }
  const piece = JSON.stringify({ id: "req_fake", model: "sample", response: "more ", finish_reason: null });
  const timer = setInterval(() => response.write(`data: ${piece}\n\n`), 10);
  response.once("close", () => clearInterval(timer));
}

function answerBatch({ body }: Seen, response: ServerResponse): void {
  const prompts: string[] = body.prompts;
  const answer: BatchResponse = {
    ...fakeExtras(),
    responses: prompts.map((prompt) => (prompt === "bad" ? "" : `after ${prompt}`)),
    reasoning_contents: prompts.map(() => null),
    finish_reasons: prompts.map((prompt) => (prompt === "bad" ? null : "stop")),
    errors: prompts.flatMap((prompt, index) =>
      prompt === "bad" ? [{ index, code: "prompt_too_long", message: "It is too long." }] : [],
    ),
  };
  sendJson(response, 200, answer);
}
