/**
 * One generation: its request, whose it is, where it is, who waits for it, and its deadline.
 *
 * The client awaits it for the whole, iterates it for the pieces, or cancels it. It keeps every piece, so a late reader
 * misses nothing; leaving a loop early cancels it. Its holder (a model that loads, an engine) drives it: `begin`, `push`,
 * `finish`, `fail`. It keeps its deadline itself, so that it ends in time when its holder hangs.
 */
import { Deferred } from "../async/deferred.js";
import type { Caller } from "./caller.js";
import { type CancelReason, cancelError, queueTimeoutError } from "./ended-early.js";
import { Replay } from "./replay.js";
import type { GenerationRequest } from "./request.js";
import type { Beginning, Ending, GenerationResult, Limiter, Piece } from "./result.js";
import { joinPieces, timingsOf } from "./result.js";

/** `queued` waits for a slot, `loading` for its model; the last three are ends. */
export type GenerationState = "queued" | "loading" | "prefilling" | "decoding" | "done" | "failed" | "cancelled";

/** Who has a generation in hand. */
export interface Holder {
  /** Its place in the queue, 1 is next; null when it does not wait. */
  position(generation: Generation): number | null;
  /**
   * The generation is over (`isOver`), or its time is: stop working on it. Called at most once for each of the two, and
   * never after the holder ended it itself.
   */
  letGo(generation: Generation): void;
}

export interface GenerationOptions {
  /** `performance.now()` of the request's arrival: the queue time and the deadline count from there. Default: now. */
  readonly arrivedAt?: number | undefined;
  /** Milliseconds a holder gets after the deadline to say how it ended. Default 1500. */
  readonly graceMs?: number | undefined;
}

export class Generation implements PromiseLike<GenerationResult>, AsyncIterable<Piece> {
  readonly request: GenerationRequest;
  readonly caller: Caller;
  readonly arrivedAt: number;
  /** Resolves once the prompt is being read; rejects when the generation fails before that. */
  readonly started: Promise<void>;
  /** Tokens of the prompt that are in the model's memory by now, cached ones too; its holder counts on. */
  readTokens = 0;
  #state: GenerationState = "queued";
  #holder: Holder | undefined;
  #modelId: string | null = null;
  #promptTokens: number | null = null;
  #cachedTokens = 0;
  #maxTokens: number | null = null;
  #limitedBy: Limiter = "request";
  #made = { completionTokens: 0, reasoningTokens: 0 };
  #timedOut = false;
  readonly #moments = { startedAt: 0, firstAt: 0, lastAt: 0 };
  readonly #graceMs: number;
  readonly #pieces = new Replay<Piece>();
  readonly #warnings: string[] = [];
  readonly #started = new Deferred<void>();
  readonly #result = new Deferred<GenerationResult>();
  #timer: NodeJS.Timeout | undefined;

  constructor(request: GenerationRequest, caller: Caller, options: GenerationOptions = {}) {
    this.request = request;
    this.caller = caller;
    this.arrivedAt = options.arrivedAt ?? performance.now();
    this.#graceMs = options.graceMs ?? 1500;
    this.started = this.#started.promise;
    this.#watchTime();
  }

  get state(): GenerationState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#state === "done" || this.#state === "failed" || this.#state === "cancelled";
  }

  /** True once `maxTimeMs` is over, if it was not over itself by then. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Place in the queue, 1 is next; null when not waiting. */
  get position(): number | null {
    return this.isOver ? null : (this.#holder?.position(this) ?? null);
  }

  get promptTokens(): number | null {
    return this.#promptTokens;
  }

  /** Tokens of the prompt that were in the model's memory; 0 until it is counted. */
  get cachedTokens(): number {
    return this.#cachedTokens;
  }

  get completionTokens(): number {
    return this.#made.completionTokens;
  }

  /** The limit in force once it started; null before. See `Beginning` and the caller's budget. */
  get maxTokens(): number | null {
    return this.#maxTokens;
  }

  get limitedBy(): Limiter {
    return this.#limitedBy;
  }

  /** Id of the model that answers; null until it is known. */
  get model(): string | null {
    return this.#modelId;
  }

  /** Ends it, wherever it is. Calling it again, or after the end, does nothing. */
  cancel(reason: CancelReason = "client"): void {
    if (this.isOver) return;
    this.#end("cancelled", cancelError(reason));
    this.#holder?.letGo(this);
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaitable is the point
  then<Value = GenerationResult, Reason = never>(
    onResult?: ((result: GenerationResult) => Value | PromiseLike<Value>) | null,
    onError?: ((error: unknown) => Reason | PromiseLike<Reason>) | null,
  ): Promise<Value | Reason> {
    return this.#result.promise.then(onResult, onError);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece, void, void> {
    try {
      yield* this.#pieces.read();
      await this.#result.promise;
    } finally {
      this.cancel("client");
    }
  }

  /** Gives it to this holder, which takes the place of the one before. */
  heldBy(holder: Holder, modelId: string, state: "queued" | "loading" = "queued"): void {
    this.#holder = holder;
    this.#modelId = modelId;
    if (!this.isOver) this.#state = state;
  }

  /**
   * The prompt was counted and is being read. Sets tokens aside where the caller has a budget.
   *
   * Returns the limit that is in force, which the holder keeps; 0 when the generation is over, also because the budget
   * does not allow it.
   */
  begin({ promptTokens, cachedTokens = 0, maxTokens }: Beginning): number {
    if (this.isOver) return 0;
    let granted = maxTokens;
    try {
      granted = this.caller.tokenBudget?.setAside(this, promptTokens, maxTokens) ?? maxTokens;
    } catch (error) {
      this.fail(error);
      return 0;
    }
    this.#promptTokens = promptTokens;
    this.#cachedTokens = cachedTokens;
    this.readTokens = cachedTokens;
    this.#maxTokens = Math.min(granted, maxTokens);
    if (maxTokens < this.request.maxTokens) this.#limitedBy = "context";
    if (granted < maxTokens) {
      this.#limitedBy = "budget";
      this.#warnings.push(`The answer was limited to ${granted} tokens, which is what the key's token budget leaves.`);
    }
    this.#state = "prefilling";
    this.#moments.startedAt = performance.now();
    this.#started.resolve();
    return this.#maxTokens;
  }

  /** Says a sentence in the reply. */
  warn(sentence: string): void {
    this.#warnings.push(sentence);
  }

  /** Text came. The counts are of tokens made so far; a piece without text only counts. */
  push(piece: Piece, completionTokens: number, reasoningTokens = 0): void {
    if (this.isOver) return;
    this.#state = "decoding";
    this.#moments.lastAt = performance.now();
    this.#moments.firstAt ||= this.#moments.lastAt;
    this.#made = { completionTokens, reasoningTokens };
    if (hasNothing(piece)) return;
    this.#pieces.push(piece);
  }

  /** It ended well, or with what it has because its time was over. */
  finish(ending: Ending): void {
    if (this.isOver) return;
    const { completionTokens, reasoningTokens = this.#made.reasoningTokens } = ending;
    this.#made = { completionTokens, reasoningTokens };
    const moments = { ...this.#moments, arrivedAt: this.arrivedAt, endedAt: performance.now() };
    this.#end("done", {
      ...joinPieces(this.#pieces.items),
      finishReason: ending.finishReason,
      stopText: ending.stopText ?? null,
      vector: ending.vector,
      model: this.#modelId ?? "",
      usage: { promptTokens: this.#promptTokens ?? 0, ...this.#made, cachedTokens: this.#cachedTokens },
      timings: timingsOf(moments, ending),
      maxTokens: this.#maxTokens ?? this.request.maxTokens,
      limitedBy: this.#limitedBy,
      timedOut: this.#timedOut && ending.finishReason === "length",
      warnings: [...this.#warnings, ...(ending.warnings ?? [])],
    });
  }

  /** It ended badly. What has begun and whose time is over ends with what it has instead. */
  fail(error: unknown): void {
    if (this.isOver) return;
    if (this.#timedOut && this.#promptTokens !== null) this.#finishAsItIs();
    else this.#end("failed", error);
  }

  /** A timer may fire some milliseconds early: what shares the deadline would begin once more with nothing left. */
  #watchTime(): void {
    const leftMs = this.request.maxTimeMs - (performance.now() - this.arrivedAt);
    if (leftMs <= 0) this.#timeUp();
    else this.#timer = setTimeout(() => this.#watchTime(), Math.ceil(leftMs)).unref();
  }

  /** The time is over: who waits is refused; what runs ends with what it has, whatever its holder does. */
  #timeUp(): void {
    if (this.isOver) return;
    const loading = this.#state === "loading" ? this.#modelId : null;
    if (loading !== null || this.#state === "queued") this.fail(queueTimeoutError(this.request.maxTimeMs, loading));
    this.#timedOut = true;
    if (!this.isOver) this.#timer = setTimeout(() => this.#finishAsItIs(), this.#graceMs).unref();
    this.#holder?.letGo(this);
  }

  #finishAsItIs(): void {
    this.finish({ finishReason: "length", completionTokens: this.#made.completionTokens });
  }

  #end(state: "done", result: GenerationResult): void;
  #end(state: "failed" | "cancelled", error: unknown): void;
  #end(state: "done" | "failed" | "cancelled", outcome: unknown): void {
    this.#state = state;
    clearTimeout(this.#timer);
    if (this.#promptTokens !== null) {
      this.caller.tokenBudget?.settle(this, this.#promptTokens + this.#made.completionTokens);
    }
    if (state === "done") {
      this.#started.resolve();
      this.#result.resolve(outcome as GenerationResult);
    } else {
      this.#started.reject(outcome);
      this.#result.reject(outcome);
    }
    this.#pieces.end();
  }
}

const hasNothing = ({ text, reasoning, call, scores }: Piece): boolean =>
  text === "" && reasoning === undefined && call === undefined && scores === undefined;
