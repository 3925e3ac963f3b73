/** Which cell something belongs to, however late it happens. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ExecuteRequest } from "../channels/thread-messages.js";

export class Cell {
  readonly request: ExecuteRequest;
  /** False once its last output before its end was sent. */
  isRunning = true;
  /** Errors in the background that were told here. */
  readonly told = new Set<unknown>();
  /** What is still on its way to be shown. */
  readonly displays: Promise<unknown>[] = [];

  constructor(request: ExecuteRequest) {
    this.request = request;
  }

  get id(): string {
    return this.request.cell;
  }
}

const own = new AsyncLocalStorage<Cell>();
let latest: Cell | undefined;

/** Runs what a cell begins: whatever comes of it, at any time, is the cell's. */
export function inCell<T>(cell: Cell, work: () => T): T {
  latest = cell;
  return own.run(cell, work);
}

/** The cell that began what runs now; where that is not known, the one that began last. Undefined before the first. */
export const currentCell = (): Cell | undefined => own.getStore() ?? latest;

/** Runs work that belongs to no cell. */
export const outsideCells = <T>(work: () => T): T => own.exit(work);
