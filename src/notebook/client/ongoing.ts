/** Work under way that can be awaited and cancelled, and that an interrupt of its cell cancels. */

import { cancelOnInterrupt } from "../kernel/interrupts.js";
import { cancelledError } from "./request-error.js";

/** Where it is. */
export type OngoingState = "running" | "done" | "failed" | "cancelled";

/** Something under way: await it for what it gives, or cancel it. */
export interface Ongoing<Value> extends PromiseLike<Value> {
  /** Where it is now. */
  readonly state: OngoingState;
  /** Ends it: an `await` of it fails with code `request_cancelled`. After the end it does nothing. */
  cancel(): void;
  /** As a promise's `catch`. */
  catch<Other = never>(onError?: ((error: unknown) => Other | PromiseLike<Other>) | null): Promise<Value | Other>;
  /** As a promise's `finally`. */
  finally(onEnd?: (() => void) | null): Promise<Value>;
}

export interface OngoingOptions {
  /** true: an interrupt of the cell does not cancel it. */
  readonly background?: boolean | undefined;
  /** Cancels it when it fires. */
  readonly signal?: AbortSignal | undefined;
}

/** Why a signal fires when the cell was interrupted. */
export const interrupted = new DOMException("The cell was interrupted.", "AbortError");

/** How it ended. */
export type End<Value> =
  | { readonly state: "done"; readonly value: Value }
  | { readonly state: "failed" | "cancelled"; readonly error: unknown };

export class OngoingWork<Value> implements Ongoing<Value> {
  state: OngoingState = "running";
  /** true once somebody waits for its outcome, and so hears of a failure. */
  isAwaited = false;
  readonly #result: Promise<Value>;
  readonly #abort = new AbortController();
  #resolve!: (value: Value) => void;
  #reject!: (error: unknown) => void;
  #release: () => void = () => {};
  #over: End<Value> | undefined;
  readonly #listeners: ((end: End<Value>) => void)[] = [];

  /** Begins the work one turn later; `work` must heed its signal. */
  constructor(work: (signal: AbortSignal) => Promise<Value>, options: OngoingOptions = {}) {
    this.#result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // without a listener a failure is no unhandled rejection
    this.#result.catch(() => {});
    const release = options.background ? () => {} : cancelOnInterrupt(() => this.#cancel(interrupted));
    const onSignal = (): void => this.cancel();
    options.signal?.addEventListener("abort", onSignal);
    this.#release = () => {
      release();
      options.signal?.removeEventListener("abort", onSignal);
    };
    // one turn later, so that a subclass is complete when its work begins
    queueMicrotask(() => (options.signal?.aborted ? this.cancel() : this.#begin(work)));
  }

  cancel(): void {
    this.#cancel();
  }

  /** Calls back once it has ended, before an await of it goes on; at once when it is over already. */
  onEnd(listener: (end: End<Value>) => void): void {
    if (this.#over) listener(this.#over);
    else this.#listeners.push(listener);
  }

  // biome-ignore lint/suspicious/noThenProperty: being awaitable is the point
  then<Next = Value, Other = never>(
    onValue?: ((value: Value) => Next | PromiseLike<Next>) | null,
    onError?: ((error: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Next | Other> {
    this.isAwaited = true;
    return this.#result.then(onValue, onError);
  }

  catch<Other = never>(onError?: ((error: unknown) => Other | PromiseLike<Other>) | null): Promise<Value | Other> {
    this.isAwaited = true;
    return this.#result.catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<Value> {
    this.isAwaited = true;
    return this.#result.finally(onEnd);
  }

  #cancel(reason?: DOMException): void {
    this.#end({ state: "cancelled", error: cancelledError() });
    this.#abort.abort(reason);
  }

  #begin(work: (signal: AbortSignal) => Promise<Value>): void {
    if (this.state !== "running") return;
    work(this.#abort.signal).then(
      (value) => this.#end({ state: "done", value }),
      (error: unknown) => this.#end({ state: "failed", error }),
    );
  }

  #end(end: End<Value>): void {
    if (this.state !== "running") return;
    this.state = end.state;
    this.#over = end;
    this.#release();
    for (const listener of this.#listeners.splice(0)) listener(end);
    if (end.state === "done") this.#resolve(end.value);
    else this.#reject(end.error);
  }
}
