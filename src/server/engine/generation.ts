/**
 * One generation: await it for the whole, iterate it for the pieces, or cancel it.
 *
 * It keeps every piece, so a late reader misses nothing. Leaving a loop early cancels it. Whoever
 * makes one drives it through the `GenerationDriver`; whoever uses one sees only `Generation`.
 */
import { LabError } from "../errors.js";
import type { FinishReason, Timings, Usage } from "../wire/generation.js";
import type { RequestState } from "../wire/system.js";

/** The whole of a generation once it ended well. */
export interface GenerationResult {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly model: string;
  readonly usage: Usage;
  readonly timings: Timings;
  /** The limit that was in force: less than asked for where the context left less. */
  readonly maxTokens: number;
  /** True when `max_time` ended it. */
  readonly timedOut: boolean;
}

export type GenerationState = RequestState | "done" | "failed" | "cancelled";

/** Why a generation was ended from outside. `client` means nobody is there to be told. */
export type CancelReason = "client" | "request" | "shutdown";

export class Generation implements PromiseLike<GenerationResult>, AsyncIterable<string> {
  /** Resolves once the prompt is being read; rejects when the generation fails before that. */
  readonly started: Promise<void>;
  #driver: GenerationDriver;

  constructor(driver: GenerationDriver) {
    this.#driver = driver;
    this.started = driver.started;
  }

  get state(): GenerationState {
    return this.#driver.state;
  }

  /** Place in the waiting line, 1 is next; null when not waiting. */
  get position(): number | null {
    return this.#driver.position();
  }

  get promptTokens(): number | null {
    return this.#driver.promptTokens;
  }

  get completionTokens(): number {
    return this.#driver.completionTokens;
  }

  /** The limit in force once it started: the request's, or what the context leaves if that is less; null before. */
  get maxTokens(): number | null {
    return this.#driver.maxTokens;
  }

  /** Id of the model that answers; null until it is known. */
  get model(): string | null {
    return this.#driver.model;
  }

  /** Ends it, wherever it is. Calling it again, or after the end, does nothing. */
  cancel(reason: CancelReason = "client"): void {
    this.#driver.cancel(reason);
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaitable is the point
  then<Value = GenerationResult, Reason = never>(
    onResult?: ((result: GenerationResult) => Value | PromiseLike<Value>) | null,
    onError?: ((error: unknown) => Reason | PromiseLike<Reason>) | null,
  ): Promise<Value | Reason> {
    return this.#driver.result.then(onResult, onError);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    let next = 0;
    try {
      for (;;) {
        const piece = this.#driver.pieces[next];
        if (piece !== undefined) {
          next += 1;
          yield piece;
        } else if (this.#driver.ended) {
          await this.#driver.result;
          return;
        } else {
          await this.#driver.more();
        }
      }
    } finally {
      this.cancel("client");
    }
  }
}

/** The maker's side of a `Generation`. */
export class GenerationDriver {
  state: GenerationState = "queued";
  model: string | null = null;
  promptTokens: number | null = null;
  maxTokens: number | null = null;
  completionTokens = 0;
  readonly pieces: string[] = [];
  readonly started: Promise<void>;
  readonly result: Promise<GenerationResult>;
  /** Set by whoever holds the waiting line. */
  position: () => number | null = () => null;
  /** Called at most once, when a cancel arrives before the end. */
  onCancel: (reason: CancelReason) => void = () => {};
  #resolveStarted!: () => void;
  #rejectStarted!: (error: unknown) => void;
  #resolve!: (result: GenerationResult) => void;
  #reject!: (error: unknown) => void;
  #waiters: (() => void)[] = [];
  #cancelled = false;

  constructor() {
    this.started = new Promise((resolve, reject) => {
      this.#resolveStarted = resolve;
      this.#rejectStarted = reject;
    });
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // nobody may be listening: a failure is not an unhandled rejection then
    this.started.catch(() => {});
    this.result.catch(() => {});
  }

  get ended(): boolean {
    return this.state === "done" || this.state === "failed" || this.state === "cancelled";
  }

  begin(promptTokens: number, maxTokens: number): void {
    if (this.ended) return;
    this.promptTokens = promptTokens;
    this.maxTokens = maxTokens;
    this.state = "prefilling";
    this.#resolveStarted();
  }

  push(text: string, tokens: number): void {
    if (this.ended) return;
    this.state = "decoding";
    this.completionTokens = tokens;
    if (text === "") return;
    this.pieces.push(text);
    this.#wake();
  }

  finish(result: GenerationResult): void {
    if (this.ended) return;
    this.state = "done";
    this.completionTokens = result.usage.completion_tokens;
    this.#resolveStarted();
    this.#resolve(result);
    this.#wake();
  }

  fail(error: unknown, state: "failed" | "cancelled" = "failed"): void {
    if (this.ended) return;
    this.state = state;
    this.#rejectStarted(error);
    this.#reject(error);
    this.#wake();
  }

  /** Tells the maker first (the engine must let go of the slot), then everyone who waits. */
  cancel(reason: CancelReason): void {
    if (this.ended || this.#cancelled) return;
    this.#cancelled = true;
    this.onCancel(reason);
    this.fail(cancelError(reason), "cancelled");
  }

  more(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
    });
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

function cancelError(reason: CancelReason): LabError {
  if (reason === "shutdown") {
    return new LabError("shutting_down", "The server is stopping. Send the request again once it is back.", {
      retryAfterSeconds: 5,
    });
  }
  return new LabError("request_cancelled", "The request was cancelled before it was finished.");
}
