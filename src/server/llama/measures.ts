import type { Token } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { GenerateMessage } from "../engine/local/messages.js";
import type { Measure } from "../engine/request.js";
import { canShorten, type EmbeddingCard, withPrefix } from "../prompts/embedding-cards.js";
import type { EncoderContext } from "./encoder-context.js";
import type { MeasuredTokens } from "./measured-tokens.js";
import { RequestRefused } from "./request-refused.js";
import type { StepGate } from "./step-gate.js";
import type { StepOutbox } from "./step-outbox.js";
import { textVector } from "./text-vector.js";
import { TokenLimit } from "./token-limit.js";

export interface MeasureResources {
  readonly encoder: EncoderContext;
  readonly gate: StepGate;
  readonly tokens: MeasuredTokens;
  readonly card: EmbeddingCard;
  /** Tokens of the longest text, its marks included. */
  readonly context: number;
  readonly dimensions: number;
  /** True where the model itself gives a share from 0 to 1, and no logit. */
  readonly givesShares: boolean;
  readonly outbox: StepOutbox;
  readonly logError: (message: string) => void;
}

/** A text that is ready to be read. */
interface ReadyText {
  readonly tokens: Token[];
  readonly warnings: readonly string[];
}

interface Running {
  readonly controller: AbortController;
  readonly limit: TokenLimit;
}

/** Every text that is to be measured, from its arrival to its end: one after the other. One that fails harms no other. */
export class Measures {
  readonly #resources: MeasureResources;
  readonly #running = new Map<number, Running>();
  #last: Promise<void> = Promise.resolve();
  /** Texts that were computed since the start, and their tokens. */
  decodes = 0;
  decodedRows = 0;

  constructor(resources: MeasureResources) {
    this.#resources = resources;
  }

  /** Measures it behind those that came before. All that follows goes to the outbox. */
  start(message: GenerateMessage): void {
    const running = { controller: new AbortController(), limit: new TokenLimit(message.awaitsLimit) };
    this.#running.set(message.id, running);
    this.#last = this.#last.then(() => this.#run(message, running));
  }

  /** Its caller's budget allows it; unknown ids are ignored. */
  limit(id: number, maxTokens: number): void {
    this.#running.get(id)?.limit.set(maxTokens);
  }

  /** Nothing of it is computed that was not begun; unknown ids are ignored. */
  cancel(id: number): void {
    this.#running.get(id)?.controller.abort();
  }

  /** Cancels all; resolves when none is left and the last message is out. */
  async cancelAll(): Promise<void> {
    for (const { controller } of this.#running.values()) controller.abort();
    await this.#last;
  }

  async #run({ id, request }: GenerateMessage, { controller, limit }: Running): Promise<void> {
    const { outbox } = this.#resources;
    try {
      const { measure, input } = request;
      if (measure === undefined || input.kind !== "prompt") {
        throw new RequestRefused("invalid_request", "This model writes no text.");
      }
      const { tokens, warnings } = this.#ready(input.text, measure);
      outbox.started({ id, slot: 0, promptTokens: tokens.length, cachedTokens: 0, maxTokens: 1 });
      if (limit.isAwaited) outbox.flush();
      await limit.known(controller.signal);
      const began = performance.now();
      const vector = controller.signal.aborted ? null : await this.#measure(tokens, measure);
      outbox.finished({
        id,
        reason: vector === null || controller.signal.aborted ? "cancelled" : "stop",
        completionTokens: 0,
        prefillMs: performance.now() - began,
        decodeMs: 0,
        threads: this.#resources.gate.threads,
        warnings,
        ...(vector !== null && { vector }),
      });
    } catch (error) {
      this.#fail(id, error);
    } finally {
      this.#running.delete(id);
      outbox.flush();
    }
  }

  #ready(text: string, measure: Measure): ReadyText {
    return measure.kind === "embed" ? this.#toEmbed(text, measure) : this.#toRank(text, measure);
  }

  #toEmbed(text: string, measure: Extract<Measure, { kind: "embed" }>): ReadyText {
    const { tokens, card, dimensions: own } = this.#resources;
    const { tokens: ids, inputType, truncates, dimensions } = measure;
    if (dimensions !== null && !canShorten(card.shorter, own, dimensions)) throw this.#refusedLength(dimensions);
    const prefixed = ids === null ? withPrefix(card, text, inputType) : null;
    // a prefix alone is no text
    const isEmpty = ids === null && text.trim() === "";
    const found = ids === null ? tokens.text(isEmpty ? "" : (prefixed?.text ?? text)) : tokens.ids(ids);
    const room = this.#room(tokens.marked([]).length);
    const warnings = [prefixed?.warning ?? null, this.#cutWarning(found.length, room, truncates)];
    return { tokens: tokens.marked(found.slice(0, room)), warnings: warnings.filter((one) => one !== null) };
  }

  #toRank(text: string, { query, truncates }: Extract<Measure, { kind: "rank" }>): ReadyText {
    const { tokens } = this.#resources;
    const [asked, own] = [tokens.text(query), tokens.text(text)];
    const room = this.#room(tokens.pair(asked, []).length);
    const warning = this.#cutWarning(own.length, room, truncates);
    return { tokens: tokens.pair(asked, own.slice(0, room)), warnings: warning === null ? [] : [warning] };
  }

  /** Tokens that a text may have beside `around` others. */
  #room(around: number): number {
    return Math.max(0, this.#resources.context - around);
  }

  /** What is said of a text that is cut; null for one that fits. Refuses with `prompt_too_long` where it may not be cut. */
  #cutWarning(length: number, room: number, truncates: boolean): string | null {
    if (length <= room) return null;
    if (truncates && room > 0) return `The text has ${length} tokens; its first ${room} were read.`;
    throw new RequestRefused(
      "prompt_too_long",
      `This model's maximum context length is ${this.#resources.context} tokens. However, the prompt is too long: the text has ${length} tokens, ` +
        `and at most ${room} fit. Cut it into parts, or send truncate: true to have its beginning read.`,
    );
  }

  async #measure(tokens: readonly Token[], measure: Measure): Promise<number[]> {
    const { encoder, gate, card, givesShares } = this.#resources;
    encoder.useThreads(gate.beforeStep());
    const began = performance.now();
    const raw = await encoder.encode(tokens);
    gate.afterStep(performance.now() - began, tokens.length);
    this.decodes += 1;
    this.decodedRows += tokens.length;
    if (measure.kind === "embed") {
      const { dimensions } = measure;
      return textVector(raw, { dimensions: dimensions ?? raw.length, levelsBeforeCut: card.levelsBeforeCut });
    }
    const [score = Number.NaN] = raw;
    if (!Number.isFinite(score)) throw new Error("The model gave no score for the text.");
    return [givesShares ? score : 1 / (1 + Math.exp(-score))];
  }

  #refusedLength(dimensions: number): RequestRefused {
    const { card, dimensions: own } = this.#resources;
    const { shorter } = card;
    const others =
      "least" in shorter
        ? `or fewer, down to ${shorter.least}`
        : shorter.length > 0
          ? `or ${shorter.join(", ")}`
          : "and no others: it was not trained for shorter ones";
    return new RequestRefused(
      "invalid_request",
      `dimensions is ${dimensions}, and the vectors of this model have ${own} ${others}.`,
      "dimensions",
    );
  }

  #fail(id: number, error: unknown): void {
    const { outbox, logError } = this.#resources;
    if (error instanceof RequestRefused) {
      outbox.failed({ id, code: error.code, message: error.message, param: error.param });
      return;
    }
    logError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    outbox.failed({
      id,
      code: "internal_error",
      message: `The engine could not work on the text: ${messageOf(error)}`,
    });
  }
}
