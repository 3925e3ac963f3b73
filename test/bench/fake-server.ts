/** A server that streams made-up tokens in any of the three shapes: what the benchmark must see can be set exactly. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { requestShapes } from "../../scripts/bench/request-shapes.js";
import { Target } from "../../scripts/bench/target.js";

export interface FakeSettings {
  /** Before the first token. Default 5. */
  readonly prefillMs?: number;
  /** Between two tokens. Default 1. */
  readonly stepMs?: number;
  /** How long a slot stays busy after its client left. Default 0. */
  readonly cancelMs?: number;
  /** Most tokens of an answer, whatever is asked for. Default none. */
  readonly endsAfter?: number;
  /** The stream ends with an error at this token. Default never. */
  readonly breaksAt?: number;
}

type ShapeName = keyof typeof requestShapes;

export class FakeServer {
  /** Bodies of all streams asked for. */
  readonly bodies: Record<string, unknown>[] = [];
  busy = 0;
  readonly #settings: FakeSettings;
  readonly #server: Server;
  readonly #shape: ShapeName;

  private constructor(shape: ShapeName, settings: FakeSettings) {
    this.#shape = shape;
    this.#settings = settings;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(shape: ShapeName, settings: FakeSettings = {}): Promise<FakeServer> {
    const fake = new FakeServer(shape, settings);
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    return fake;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  target(signal: AbortSignal = new AbortController().signal): Target {
    return new Target(this.url, requestShapes[this.#shape], signal);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") {
      const slots = Array.from({ length: 16 }, (_, slot) => ({ is_processing: slot < this.busy }));
      const answers: Record<string, unknown> = {
        "/slots": slots,
        "/health": { status: "ok", slots: { busy: this.busy, total: 16 } },
        "/v1/models": { data: [{ id: "fake-model" }] },
      };
      const answer = answers[request.url ?? ""];
      response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? { error: "not here" }));
      return;
    }
    const body = (await json(request)) as Record<string, unknown>;
    this.bodies.push(body);
    this.busy++;
    try {
      await this.#stream(body, response);
    } finally {
      if (response.destroyed) await pause(this.#settings.cancelMs ?? 0);
      this.busy--;
      response.end();
    }
  }

  async #stream(body: Record<string, unknown>, response: ServerResponse): Promise<void> {
    const { prefillMs = 5, stepMs = 1, endsAfter = Infinity, breaksAt } = this.#settings;
    const asked = Number(body.max_length ?? body.n_predict ?? body.max_tokens);
    const tokens = Math.min(asked, endsAfter);
    const send = (frame: unknown): boolean => response.write(`data: ${JSON.stringify(frame)}\n\n`);
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    await pause(prefillMs);
    for (let token = 1; token <= tokens && !response.destroyed; token++) {
      if (token > 1) await pause(stepMs);
      if (token === breaksAt) return void send({ error: { message: "the engine ended" } });
      send({ response: " ba", content: " ba", choices: [{ text: " ba" }], finish_reason: null });
    }
    const usage = { prompt_tokens: 16, completion_tokens: tokens, prompt_tokens_details: { cached_tokens: 4 } };
    send({ response: "", usage, choices: [], stop: true, tokens_predicted: tokens, tokens_evaluated: 16 });
    if (this.#shape !== "llama-server") response.write("data: [DONE]\n\n");
  }
}
