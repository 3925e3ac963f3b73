/** One request on its way through an engine: turns the process's messages into what its driver is told. */
import { LabError } from "../errors.js";
import type { GenerationDriver } from "./generation.js";
import type { EngineProcess, RunListener } from "./local/child.js";
import type { Failed, Finished, Piece, Started } from "./local/messages.js";
import type { GenerationRequest } from "./request.js";

export class Run implements RunListener {
  readonly driver: GenerationDriver;
  readonly request: GenerationRequest;
  /** `max_time` is over; the holder decides between leaving the line and cancelling. */
  onTimeUp: () => void = () => {};
  /** The slot is free again. Called once, and only for a run that was started. */
  onEnd: () => void = () => {};
  #modelId: string;
  #arrivedAt: number;
  #timer: NodeJS.Timeout;
  #process: EngineProcess | undefined;
  #processRunId = 0;
  #startedAt = 0;
  #firstAt = 0;
  #cached = 0;
  #maxTokens = 0;
  #timedOut = false;

  /** `arrivedAt` is the `performance.now()` of the request's arrival: queue time and max_time count from there. */
  constructor(driver: GenerationDriver, request: GenerationRequest, modelId: string, arrivedAt: number) {
    this.driver = driver;
    this.request = request;
    this.#modelId = modelId;
    this.#arrivedAt = arrivedAt;
    const left = Math.max(0, request.maxTimeMs - (performance.now() - arrivedAt));
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      this.onTimeUp();
    }, left);
  }

  start(process: EngineProcess): void {
    this.#process = process;
    this.#processRunId = process.run(this.request, this);
  }

  /** Asks the engine to end it; the slot is free when it says so. */
  cancel(): void {
    this.#process?.cancel(this.#processRunId);
  }

  /** Forgets a run that is not in the engine (any more). */
  drop(): void {
    clearTimeout(this.#timer);
  }

  started(message: Started): void {
    this.#startedAt = performance.now();
    this.#cached = message.cachedTokens;
    this.#maxTokens = message.maxTokens;
    this.driver.begin(message.promptTokens, message.maxTokens);
  }

  piece(message: Piece): void {
    this.#firstAt ||= performance.now();
    this.driver.push(message.text, message.tokens);
  }

  finished(message: Finished): void {
    this.drop();
    if (message.reason !== "cancelled" || this.#timedOut) this.#finish(message);
    else this.driver.cancel("client");
    this.onEnd();
  }

  failed(message: Failed): void {
    this.drop();
    this.driver.fail(
      new LabError(message.code, message.message, message.code === "prompt_too_long" ? { param: "prompt" } : {}),
    );
    this.onEnd();
  }

  died(how: string): void {
    this.drop();
    this.driver.fail(
      new LabError("engine_died", `The engine died while it worked on this request: ${how}. Send it again.`, {
        retryAfterSeconds: 1,
      }),
    );
    this.onEnd();
  }

  #finish(message: Finished): void {
    const now = performance.now();
    const promptTokens = this.driver.promptTokens ?? 0;
    const completionTokens = message.completionTokens;
    const startedAt = this.#startedAt || now;
    this.driver.finish({
      text: this.driver.pieces.join(""),
      finishReason: message.reason === "stop" ? "stop" : "length",
      model: this.#modelId,
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
        prompt_tokens_details: { cached_tokens: this.#cached },
      },
      timings: {
        queue_ms: round(startedAt - this.#arrivedAt),
        prefill_ms: round(message.prefillMs),
        decode_ms: round(message.decodeMs),
        time_to_first_token_ms: round((this.#firstAt || now) - this.#arrivedAt),
        total_ms: round(now - this.#arrivedAt),
        tokens_per_second: message.decodeMs > 0 ? round((completionTokens * 1000) / message.decodeMs) : 0,
      },
      maxTokens: this.#maxTokens,
      timedOut: this.#timedOut && message.reason === "cancelled",
    });
  }
}

/** Milliseconds and rates are told to a hundredth. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
