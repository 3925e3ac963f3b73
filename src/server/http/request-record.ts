/** One request that works: its generation, or the several of a batch. */
import type { CancelReason } from "../engine/ended-early.js";
import type { Generation, GenerationState } from "../engine/generation.js";
import type { GenerationRequest, Message } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { RequestEntry, RequestState } from "../wire/system.js";

/** The state of several generations is the furthest of those that still run. */
const furthestFirst: readonly RequestState[] = ["decoding", "prefilling", "loading", "queued"];
const endings: readonly GenerationState[] = ["done", "cancelled", "failed"];

/** Characters of a prompt that are kept. */
const shownPrompt = 2000;

export class RequestRecord {
  readonly id: string;
  readonly route: string;
  readonly client: string;
  readonly keyId: string;
  readonly #startedAt: Date = new Date();
  readonly #started: number = performance.now();
  #generations: Generation[] = [];
  #cancelled: CancelReason | undefined;
  #prompts: string[] | undefined;
  #endReason: LabError | undefined;
  #onEnd: ((entry: RequestEntry) => void) | undefined;

  constructor(id: string, route: string, client: string, keyId: string, onEnd: (entry: RequestEntry) => void) {
    this.id = id;
    this.route = route;
    this.client = client;
    this.keyId = keyId;
    this.#onEnd = onEnd;
  }

  /** Throws once the request was cancelled: nothing more is to be begun for it. */
  refuseCancelled(): void {
    if (this.#cancelled !== undefined)
      throw new LabError("request_cancelled", "The request was cancelled before this began.");
  }

  /** A generation that works for this request; cancelled at once when the request already is. */
  add(generation: Generation): void {
    this.#generations.push(generation);
    if (this.#cancelled !== undefined) generation.cancel(this.#cancelled);
  }

  /** Keeps what was asked. */
  recordPrompt({ input }: GenerationRequest): void {
    this.#prompts ??= [];
    this.#prompts.push(input.kind === "prompt" ? input.text : input.messages.map(turn).join("\n"));
  }

  /** Cancels it; its client gets `reason`. */
  endWith(reason: LabError): void {
    this.#endReason ??= reason;
    this.cancel("request");
  }

  /** What the client gets when `error` ended it: why its key is no longer good, if that was behind it. */
  explain(error: unknown): unknown {
    return this.#endReason ?? error;
  }

  /** Tokens read and made until now. */
  tokens(): number {
    return sum(this.#generations.map(({ promptTokens, completionTokens }) => (promptTokens ?? 0) + completionTokens));
  }

  cancel(reason: CancelReason): void {
    this.#cancelled ??= reason;
    for (const generation of this.#generations) generation.cancel(reason);
  }

  /** Where it is; undefined when nothing of it runs or waits any more. */
  runningState(): RequestState | undefined {
    const states = new Set(this.#generations.map(({ state }) => state));
    return furthestFirst.find((state) => states.has(state));
  }

  /** The reply is over. Calling it again does nothing. */
  end(status: number): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.({ ...this.entry(), state: this.#endState(), position: null, status });
    // the texts go with them
    this.#generations = [];
  }

  entry(): RequestEntry {
    const generations = this.#generations;
    const positions = generations.flatMap(({ position }) => position ?? []);
    const promptTokens = generations.flatMap(({ promptTokens }) => promptTokens ?? []);
    return {
      id: this.id,
      route: this.route,
      model: generations.find(({ model }) => model !== null)?.model ?? null,
      state: this.runningState() ?? this.#endState(),
      position: positions.length > 0 ? Math.min(...positions) : null,
      started_at: this.#startedAt.toISOString(),
      elapsed_ms: Math.round(performance.now() - this.#started),
      prompt_tokens: promptTokens.length > 0 ? sum(promptTokens) : null,
      completion_tokens: sum(generations.map(({ completionTokens }) => completionTokens)),
      client: this.client,
      status: null,
      prompt: this.#prompts?.join("\n").slice(0, shownPrompt) ?? null,
    };
  }

  #endState(): "done" | "failed" | "cancelled" {
    const states = new Set(this.#generations.map(({ state }) => state));
    return (endings.find((state) => states.has(state)) ?? "failed") as "done" | "failed" | "cancelled";
  }
}

const turn = ({ role, content }: Message): string => `${role}: ${content}`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
