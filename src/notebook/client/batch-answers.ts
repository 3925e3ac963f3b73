/** The answers of a batch as an array that also knows them by columns. */
import type { BatchError, FinishReason, Usage } from "../../server/wire/generation.js";
import { type BatchAnswer, type BatchEntry, type BatchPrompt, usageTogether } from "./answer.js";

export class BatchAnswers extends Array<BatchEntry> implements BatchAnswer {
  /** What `map` and `filter` give is a plain array: a column is no batch. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  // fields of an array would be seen as entries beside its numbers
  readonly #totalMs: number;

  /** `entries` in any order, those that are there; `totalMs` from the call to the last of them. */
  private constructor(totalMs: number) {
    super();
    this.#totalMs = totalMs;
  }

  static gathered(entries: readonly BatchEntry[], totalMs: number): BatchAnswers {
    const answers = new BatchAnswers(totalMs);
    answers.push(...entries.toSorted((one, other) => one.index - other.index));
    return answers;
  }

  get prompts(): BatchPrompt[] {
    return this.map(({ prompt }) => prompt);
  }

  get responses(): string[] {
    return this.map(({ text }) => text);
  }

  get reasonings(): (string | null)[] {
    return this.map(({ reasoning }) => reasoning);
  }

  get finish_reasons(): (FinishReason | null)[] {
    return this.map(({ finish_reason }) => finish_reason);
  }

  get errors(): BatchError[] {
    return this.flatMap(({ error }) => error ?? []);
  }

  get usage(): Usage {
    return usageTogether(this.map(({ usage }) => usage));
  }

  get warnings(): string[] {
    return [...new Set(this.flatMap(({ warnings }) => warnings))];
  }

  get total_ms(): number {
    return this.#totalMs;
  }

  get model(): string {
    return this.find(({ error }) => error === null)?.model ?? "";
  }
}
