/** Errors that no cell awaited: told once, in the cell that began the work, and never the kernel's end. */
import type { ToChannels } from "../channels/thread-messages.js";
import { currentCell } from "./cell.js";
import { failureOf } from "./cell-failure.js";
import { lastingListener } from "./lasting-listeners.js";

/** Errors of a timer that goes on and on: so many different ones are told in a cell. */
const mostTold = 20;

export interface BackgroundErrorsOptions {
  mapStack(stack: string): string;
  post(message: ToChannels): void;
}

export function tellBackgroundErrors({ mapStack, post }: BackgroundErrorsOptions): void {
  const tell = (error: unknown): void => {
    const cell = currentCell();
    const failure = failureOf(error, mapStack);
    const text = failure.traceback.join("\n");
    if (cell === undefined) process.stderr.write(`${text}\n`);
    if (cell === undefined || cell.told.has(text) || cell.told.size >= 2 * mostTold) return;
    cell.told.add(text).add(error);
    const [first = "", ...rest] = failure.traceback;
    const traceback = [`In the background: ${first}`, ...rest];
    post({ type: "error", cell: cell.id, failure: { ...failure, traceback } });
  };
  lastingListener("uncaughtException", tell);
  lastingListener("unhandledRejection", tell);
}
