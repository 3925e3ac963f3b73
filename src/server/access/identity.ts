/** Who sent a request, and what they may do. */
import type { LabError } from "../errors.js";

/** `infer` makes text and looks around, `manage` loads and unloads models, `owner` sees and ends everything. */
export type Scope = "infer" | "manage" | "owner";

export interface Identity {
  /** Never shared: names of keys may be. */
  readonly id: string;
  /** Name of the key: "owner", "api-key", or "local" where no key is needed. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly isOwner: boolean;
  /** What the key has left; undefined where nobody counts. */
  readonly budget?: Budget;
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

/** A request that works for a key with a budget. */
export interface CountedWork {
  /** Tokens read and made for it until now. */
  tokens(): number;
  /** Ends it: its key was revoked, has expired or has used up what it had. */
  end(reason: LabError): void;
}
