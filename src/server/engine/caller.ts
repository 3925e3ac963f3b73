/** Whom a generation is made for, as far as an engine needs to know. */

/** What a key may still use. Hears the numbers while a request runs, so that it is overspent by one step at most. */
export interface TokenBudget {
  /**
   * Sets tokens aside for a request whose prompt was counted: `wanted` new tokens, or as many as are left.
   *
   * Returns how many new tokens are granted, at least 1. Throws `budget_exhausted` when the prompt does not fit.
   */
  setAside(requestId: object, promptTokens: number, wanted: number): number;
  /** The request is over: what it did not use is free again. Safe to call twice. */
  settle(requestId: object, usedTokens: number): void;
}

export interface Caller {
  /** The queue is fair between these, and what a slot remembers is kept apart by them. */
  readonly key: string;
  readonly isOwner: boolean;
  /** May load and unload models. */
  readonly mayManage: boolean;
  /** Ids of the models it may use and see; null: every one. */
  readonly models: ReadonlySet<string> | null;
  /** May name a model by the path of its file: only the key that the state file of this lab has. */
  readonly mayNameFiles?: boolean | undefined;
  /** Undefined where tokens are not counted. */
  readonly tokenBudget?: TokenBudget | undefined;
}
