/** What was asked and answered in this kernel, kept beside the variables of its cells. */

import { messageOf } from "../../server/async/message-of.js";
import type { ChatMessage, FinishReason, Timings, Usage } from "../../server/wire/generation.js";
import type { Answer, BatchAnswer } from "./answer.js";
import type { End, OngoingState, OngoingWork } from "./ongoing.js";

/** One request of this kernel and what came of it, also where its cell was interrupted or failed. Shows itself. */
export interface KeptAnswer {
  /** What was asked: the text, or what was said last. Of a batch the first prompt. */
  readonly prompt: string;
  /** The whole conversation; null where a text was continued. */
  readonly messages: readonly ChatMessage[] | null;
  /** Where it is now. */
  readonly state: OngoingState;
  /** The text so far, which is all of it once it has ended. */
  readonly text: string;
  /** The thoughts so far; "" where there are none. */
  readonly reasoning: string;
  /** The answer; null until it is complete, and of a batch. */
  readonly answer: Answer | null;
  /** The answers of a batch, those that are there; null where it is none. */
  readonly batch: BatchAnswer | null;
  /** null until it is complete. */
  readonly usage: Usage | null;
  /** null until it is complete, and of a batch. */
  readonly timings: Timings | null;
  /** null until it is complete, and of a batch. */
  readonly finish_reason: FinishReason | null;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
  /** When it was asked, ISO 8601. */
  readonly started_at: string;
  /** Milliseconds from the call to its end, or until now. */
  readonly took_ms: number;
}

/** What was asked. */
export type AskedOf = Pick<KeptAnswer, "prompt" | "messages">;

/** What there is of an answer at one moment. */
export type Said = Pick<KeptAnswer, "text" | "reasoning" | "answer" | "batch">;

export class Kept<Value> implements KeptAnswer {
  readonly prompt: string;
  readonly messages: readonly ChatMessage[] | null;
  readonly started_at = new Date().toISOString();
  readonly #began = performance.now();
  readonly #said: (value: Value | undefined) => Said;
  #work: OngoingWork<Value> | undefined;
  #over: { readonly end: End<Value>; readonly said: Said; readonly tookMs: number } | undefined;

  /** `said` gives what there is; with the value once the work is done. */
  constructor(asked: AskedOf, work: OngoingWork<Value>, said: (value: Value | undefined) => Said) {
    this.prompt = asked.prompt;
    this.messages = asked.messages;
    this.#said = said;
    this.#work = work;
    work.onEnd((end) => {
      const value = end.state === "done" ? end.value : undefined;
      this.#over = { end, said: said(value), tookMs: performance.now() - this.#began };
      // its pieces and listeners are of no use any more
      this.#work = undefined;
    });
  }

  /** The work while it runs. */
  get work(): OngoingWork<Value> | undefined {
    return this.#work;
  }

  get state(): OngoingState {
    return this.#over?.end.state ?? "running";
  }

  get text(): string {
    return this.#now.text;
  }

  get reasoning(): string {
    return this.#now.reasoning;
  }

  get answer(): Answer | null {
    return this.#now.answer;
  }

  get batch(): BatchAnswer | null {
    return this.#now.batch;
  }

  get usage(): Usage | null {
    const { answer, batch } = this.#now;
    return answer?.usage ?? (this.state === "running" ? null : (batch?.usage ?? null));
  }

  get timings(): Timings | null {
    return this.answer?.timings ?? null;
  }

  get finish_reason(): FinishReason | null {
    return this.answer?.finish_reason ?? null;
  }

  get error(): string | null {
    const end = this.#over?.end;
    return end?.state === "failed" ? messageOf(end.error) : null;
  }

  get took_ms(): number {
    return Math.round(this.#over?.tookMs ?? performance.now() - this.#began);
  }

  /** Its fields as data: getters of a class are none. */
  toJSON(): KeptAnswer {
    const { prompt, messages, state, text, reasoning, answer, batch, usage, timings } = this;
    const { finish_reason, error, started_at, took_ms } = this;
    const asked = { prompt, messages, state, text, reasoning, answer, batch };
    return { ...asked, usage, timings, finish_reason, error, started_at, took_ms };
  }

  get #now(): Said {
    return this.#over?.said ?? this.#said(undefined);
  }
}
