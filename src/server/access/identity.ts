/** Who sent a request, and what they may do. Fits the engine's `Caller`, so a request's work runs under its key. */
import type { LabError } from "../errors.js";

/** `infer` makes text and looks around, `manage` loads and unloads models, `owner` sees and ends everything. */
export type Scope = "infer" | "manage" | "owner";

export interface Identity {
  /** Never shared: names of keys may be. */
  readonly id: string;
  /** Name of the key: "owner", "api-key", or "local" where no key is needed. */
  readonly name: string;
  /** Who waits and remembers together: "home" for the keys of this machine's own user, a pass's id for a pass. */
  readonly key: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly isOwner: boolean;
  /** May load and unload models. */
  readonly mayManage: boolean;
  /** May name a model by the path of its file: only the key of the state file, at the local listener. */
  readonly mayNameFiles?: boolean;
  /** Ids of the models it may use and see; null: every one. */
  readonly models: ReadonlySet<string> | null;
  /** What the key has left; undefined where it has no budget. */
  readonly budget?: Budget;
  /** The same, as the engine asks for it; undefined where tokens have no limit. */
  readonly tokenBudget?: TokenBudget | undefined;
  /** Called when the first piece of a stream for this key was sent; it goes on once this resolves. For checks. */
  readonly whenStreaming?: () => Promise<void>;
}

/** What a key may still use, and what of it is in use now. */
export interface Budget {
  /** Refuses with `budget_exhausted` when requests or tokens are used up. */
  refuseSpent(): void;
  /** Counts a request. Call the returned function when it is over. */
  enter(work: CountedWork): () => void;
}

/** Tokens set aside before they are used. The engine's `TokenBudget`, which this room does not import. */
export interface TokenBudget {
  /**
   * Sets the prompt's tokens aside, and `wanted` new ones or as many as are left.
   *
   * Returns how many new tokens are granted, at least 1. Refuses with `budget_exhausted` when the prompt and one new
   * token are more than what is left.
   */
  setAside(requestId: object, promptTokens: number, wanted: number): number;
  /** The request is over: counts what it used and frees the rest. Calling it again does nothing. */
  settle(requestId: object, usedTokens: number): void;
}

/** A request that works for a key with a budget. */
export interface CountedWork {
  /** Tokens read and made for it until now. */
  tokens(): number;
  /** Ends it: its key was revoked, has expired or has used up what it had. */
  end(reason: LabError): void;
}
