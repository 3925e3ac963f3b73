import { messageOf } from "../async/message-of.js";
import type { GenerateMessage } from "../engine/local/messages.js";
import { checkRequest } from "./check-request.js";
import { generateOnSlot } from "./generate-on-slot.js";
import type { Prompts, PromptTokens } from "./prompts.js";
import { RequestRefused } from "./request-refused.js";
import type { DecodeResources } from "./slot-task.js";
import type { Slot } from "./slots.js";
import { TokenLimit } from "./token-limit.js";

interface Waiting {
  readonly id: number;
  readonly message: GenerateMessage;
  readonly prompt: PromptTokens;
  readonly limit: TokenLimit;
  readonly controller: AbortController;
}

/** Every request in the engine, from its arrival to its end. One that fails harms no other. */
export class Requests {
  readonly #resources: DecodeResources;
  readonly #prompts: Prompts;
  readonly #logError: (message: string) => void;
  readonly #controllers = new Map<number, AbortController>();
  readonly #limits = new Map<number, TokenLimit>();
  #queue: Waiting[] = [];
  #whenIdle: (() => void)[] = [];

  constructor(resources: DecodeResources, prompts: Prompts, logError: (message: string) => void) {
    this.#resources = resources;
    this.#prompts = prompts;
    this.#logError = logError;
  }

  /** Starts it, or queues it when all slots are busy. All that follows goes to the outbox. */
  start(message: GenerateMessage): void {
    const { id, request, awaitsLimit } = message;
    try {
      const { thoughts, vocabulary } = this.#resources;
      checkRequest(request, vocabulary.size || undefined);
      const prompt = this.#prompts.fitting(thoughts.ready(this.#prompts.anyLength(thoughts.asked(request)), request));
      const controller = new AbortController();
      const limit = new TokenLimit(awaitsLimit);
      this.#controllers.set(id, controller);
      this.#limits.set(id, limit);
      this.#queue.push({ id, message, prompt, limit, controller });
    } catch (error) {
      this.#fail(id, error);
    }
    this.#next();
  }

  /** Allows it so many new tokens; unknown ids are ignored. */
  limit(id: number, maxTokens: number): void {
    this.#limits.get(id)?.set(maxTokens);
  }

  /** Ends it with what it has; unknown ids are ignored. */
  cancel(id: number): void {
    this.#controllers.get(id)?.abort();
    if (!this.#queue.some((waiting) => waiting.id === id)) return;
    this.#queue = this.#queue.filter((waiting) => waiting.id !== id);
    this.#resources.outbox.finished({ id, reason: "cancelled", completionTokens: 0, prefillMs: 0, decodeMs: 0 });
    this.#forget(id);
    this.#settle();
  }

  /** Cancels all; resolves when none is left and the last message is out. */
  async cancelAll(): Promise<void> {
    for (const id of [...this.#controllers.keys()]) this.cancel(id);
    if (this.#controllers.size > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #next(): void {
    for (;;) {
      const [waiting] = this.#queue;
      const slot = waiting === undefined ? null : this.#take(waiting);
      if (waiting === undefined || slot === null) break;
      this.#queue.shift();
      void this.#run(waiting, slot);
    }
    this.#settle();
  }

  #take({ message, prompt }: Waiting): Slot | null {
    const { memory, steps } = this.#resources;
    const { request, key } = message;
    return memory.take({ prompt: prompt.tokens, key, pieceTokens: request.exact ? steps.pieceTokens : null });
  }

  async #run({ id, message, prompt, limit, controller }: Waiting, slot: Slot): Promise<void> {
    try {
      const { request } = message;
      await generateOnSlot(this.#resources, { id, request, prompt, slot, limit, signal: controller.signal });
    } catch (error) {
      this.#fail(id, error);
      await this.#resources.memory.empty(slot);
    } finally {
      this.#forget(id);
      this.#resources.memory.release(slot);
      this.#next();
    }
  }

  #fail(id: number, error: unknown): void {
    if (error instanceof RequestRefused) {
      this.#resources.outbox.failed({ id, code: error.code, message: error.message });
      return;
    }
    this.#logError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    this.#resources.outbox.failed({
      id,
      code: "internal_error",
      message: `The engine could not work on the request: ${messageOf(error)}`,
    });
  }

  #forget(id: number): void {
    this.#controllers.delete(id);
    this.#limits.delete(id);
  }

  /** Nothing decodes any more: nothing is held back. */
  #settle(): void {
    if (this.#resources.memory.busy > 0) return;
    this.#resources.outbox.flush();
    if (this.#controllers.size > 0) return;
    const waiters = this.#whenIdle;
    this.#whenIdle = [];
    for (const wake of waiters) wake();
  }
}
