import type { FromEngine, GenerateMessage, LoadedModel, ToEngine } from "../engine/local/messages.js";

/** A loaded model at work, whatever it is made for. */
export interface EngineWorker {
  readonly facts: LoadedModel;
  /** Begins with a request; what becomes of it is told by messages. */
  generate(task: GenerateMessage): void;
  /** The answer to a question about its texts. */
  answer(asked: Extract<ToEngine, { type: "ask" }>): FromEngine;
  /** The most new tokens of a request, once its caller's budget is known. */
  limit(id: number, maxTokens: number): void;
  cancel(id: number): void;
  /** Drops what is remembered of a key; null: what is kept outside the slots, of all keys. */
  forget(key: string | null): void;
  /** Uses at most so many threads from the next step on. */
  useThreads(threads: number): void;
  /** What the process holds, and how much was computed so far. */
  memory(): Promise<FromEngine>;
  /** Cancels what runs and waits for it. */
  stop(): Promise<void>;
}
