/** Runs cells, one at a time, and tells how they ended. */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type {
  CellFailure,
  DisplayData,
  ExecuteRequest,
  ExecuteResult,
  ExpressionResult,
  ToChannels,
} from "../channels/thread-messages.js";
import type { CellLanguage, ConvertedCell } from "../language/cell-language.js";
import { Cell, inCell } from "./cell.js";
import { failureOf, interrupted } from "./cell-failure.js";
import { displayDataOf } from "./display-data.js";
import { hearInterrupts } from "./lasting-listeners.js";
import { refusalOf } from "./refusal.js";

/** What an interrupted cell may take to end by itself, with what it has by then. */
const graceMs = 150;

export interface ExecutorOptions {
  readonly language: CellLanguage;
  post(message: ToChannels): void;
}

/** How a cell's code ended. */
type Outcome =
  | { readonly state: "done"; readonly value: unknown }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "interrupted" };

export class Executor {
  readonly #language: CellLanguage;
  readonly #post: (message: ToChannels) => void;
  #stop: (() => void) | undefined;

  constructor({ language, post }: ExecutorOptions) {
    this.#language = language;
    this.#post = post;
  }

  /** Never rejects. What the cell puts out goes its own way. */
  async execute(request: ExecuteRequest): Promise<ExecuteResult> {
    const cell = new Cell(request);
    const stopped = new Promise<void>((resolve) => {
      this.#stop = resolve;
    });
    const failure = await this.#run(cell, stopped).catch((error) => this.#failure(cell, error));
    const expressions = failure === undefined ? await this.#evaluate(cell, stopped) : {};
    this.#stop = undefined;
    cell.isRunning = false;
    return { failure, expressions };
  }

  /** Stops the cell that runs; without one nothing happens. */
  interrupt(): void {
    this.#stop?.();
  }

  async #run(cell: Cell, stopped: Promise<void>): Promise<CellFailure | undefined> {
    const { code, count, isSilent } = cell.request;
    const converted = this.#language.convert(code, count);
    if (converted.diagnostics.length > 0) return this.#tell(cell, refusalOf(converted.diagnostics, code));
    // an interrupt that came while the compiler worked is heard only now, and the code may compute for ever
    const isFree = await orStopped(heard(), stopped);
    if (isFree === undefined) return this.#tell(cell, interrupted);
    const { outcome, isInterrupted } = await this.#outcome(cell, converted, stopped);
    this.#language.commit(converted);
    if (outcome.state === "done" && outcome.value !== undefined && !isSilent)
      await this.#showValue(cell, outcome.value, isInterrupted ? pause(graceMs) : stopped);
    if (isInterrupted) return this.#tell(cell, interrupted);
    if (outcome.state === "failed") return this.#failure(cell, outcome.error);
    const displays = await orStopped(Promise.all(cell.displays), stopped);
    return displays === undefined ? this.#tell(cell, interrupted) : undefined;
  }

  async #outcome(
    cell: Cell,
    converted: ConvertedCell,
    stopped: Promise<void>,
  ): Promise<{ outcome: Outcome; isInterrupted: boolean }> {
    let mayStart = true;
    void stopped.then(() => {
      mayStart = false;
    });
    const start = <T>(begin: () => T): T => {
      // interrupted while its imports were loaded
      if (!mayStart) throw new Error("Interrupted before it began.");
      try {
        return begin();
      } finally {
        hearInterrupts();
      }
    };
    const { ended } = inCell(cell, () => this.#language.run(converted, start));
    const outcome = ended.then(
      ({ value }): Outcome => ({ state: "done", value }),
      (error): Outcome => (isBreak(error) ? { state: "interrupted" } : { state: "failed", error }),
    );
    const first = await orStopped(outcome, stopped);
    if (first !== undefined) return { outcome: first, isInterrupted: first.state === "interrupted" };
    const last = await orStopped(outcome, pause(graceMs));
    return { outcome: last ?? { state: "interrupted" }, isInterrupted: true };
  }

  async #showValue(cell: Cell, value: unknown, stopped: Promise<unknown>): Promise<void> {
    const shown = async (): Promise<{ shown: DisplayData | undefined }> => ({ shown: await displayDataOf(value) });
    const data = await orStopped(inCell(cell, shown), stopped);
    if (data?.shown !== undefined)
      this.#post({ type: "result", cell: cell.id, count: cell.request.count, data: data.shown });
  }

  async #evaluate(cell: Cell, stopped: Promise<void>): Promise<Record<string, ExpressionResult>> {
    const results: Record<string, ExpressionResult> = {};
    for (const [name, expression] of Object.entries(cell.request.expressions))
      results[name] = await this.#expression(cell, expression, stopped);
    return results;
  }

  async #expression(cell: Cell, expression: string, stopped: Promise<void>): Promise<ExpressionResult> {
    try {
      const converted = this.#language.convert(expression, cell.request.count);
      if (converted.diagnostics.length > 0) return refusalOf(converted.diagnostics, expression);
      const evaluated = inCell(cell, () => this.#language.run(converted)).ended.then(({ value }) =>
        inCell(cell, () => displayDataOf(value)),
      );
      const data: DisplayData = (await orStopped(evaluated, stopped)) ?? {};
      return { data };
    } catch (error) {
      return failureOf(error, (stack) => this.#language.mapStack(stack));
    }
  }

  #failure(cell: Cell, error: unknown): CellFailure {
    const failure = failureOf(error, (stack) => this.#language.mapStack(stack));
    // it was told when nobody had awaited it yet
    return cell.told.has(error) ? failure : this.#tell(cell, failure);
  }

  #tell(cell: Cell, failure: CellFailure): CellFailure {
    this.#post({ type: "error", cell: cell.id, failure });
    return failure;
  }
}

/**
 * Undefined when the work was not done before the stop. Its later failure is nobody's.
 *
 * No async function: a break of the cell throws away what waits for its turn, and this must be in place by then.
 */
function orStopped<T>(work: Promise<T>, stopped: Promise<unknown>): Promise<T | undefined> {
  return Promise.race([work, stopped.then(() => undefined)]);
}

/** Resolves when everything that had arrived before was heard: the second turn begins with a look for what is new. */
async function heard(): Promise<true> {
  await nextTurn();
  await nextTurn();
  return true;
}

/** `vm` broke the cell at a SIGINT. */
function isBreak(error: unknown): boolean {
  try {
    return (error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
  } catch {
    // undefined, or an object that cannot be read
    return false;
  }
}
