/** One key that the owner gave away: what it may do, until when, how much of it, and what was used. */
import { LabError } from "../errors.js";
import type { PassEntry } from "../wire/passes.js";
import { type Deadline, deadline } from "./deadline.js";
import type { Budget, CountedWork, Identity, Scope, TokenBudget } from "./identity.js";
import { TokenAccount } from "./token-account.js";

export interface PassTerms {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970; null for no end. */
  readonly expiresAt: number | null;
  /** null for no limit. */
  readonly maxRequests: number | null;
  /** Tokens read and made together; null for no limit. */
  readonly maxTokens: number | null;
  /** Ids of the models it may use; null for every one. */
  readonly models: readonly string[] | null;
  readonly whenStreaming?: () => Promise<void>;
  /** Called once, when the key opens nothing any more. */
  readonly onOver?: () => void;
}

/** Seconds after which a client may ask again with a key that has nothing left: tomorrow its owner may have another. */
const spentRetrySeconds = 86_400;

export class Pass implements Budget, TokenBudget {
  readonly terms: PassTerms;
  /** SHA-256 of the key. */
  readonly digest: Buffer;
  readonly identity: Identity;
  readonly createdAt: Date = new Date();
  readonly #work = new Set<CountedWork>();
  readonly #account: TokenAccount;
  readonly #isExpired: Deadline;
  #isRevoked = false;
  #saidOver = false;
  #requests = 0;
  #tokens = 0;
  #lastUsedAt: Date | null = null;

  constructor(terms: PassTerms, digest: Buffer) {
    this.terms = terms;
    this.digest = digest;
    this.#account = new TokenAccount(terms.maxTokens);
    this.#isExpired = deadline(terms.expiresAt);
    const isOwner = terms.scopes.includes("owner");
    this.identity = {
      id: terms.id,
      name: terms.name,
      key: terms.id,
      scopes: new Set<Scope>(isOwner ? ["infer", "manage", "owner"] : terms.scopes),
      isOwner,
      mayManage: isOwner || terms.scopes.includes("manage"),
      models: terms.models === null ? null : new Set(terms.models),
      budget: this,
      ...(terms.maxTokens !== null && { tokenBudget: this }),
      ...(terms.whenStreaming && { whenStreaming: terms.whenStreaming }),
    };
  }

  get state(): PassEntry["state"] {
    if (this.#isRevoked) return "revoked";
    if (this.#isExpired()) return "expired";
    return this.#isSpent() ? "exhausted" : "active";
  }

  /** Requests that use the key now. */
  get running(): number {
    return this.#work.size;
  }

  /** True once the key opens nothing any more. */
  get isOver(): boolean {
    return this.state === "revoked" || this.state === "expired";
  }

  /** Refuses with `invalid_api_key`, saying why, once it is revoked or has expired. */
  refuseOver(): void {
    if (this.isOver) throw this.#overError();
  }

  refuseSpent(): void {
    if (this.#isSpent()) throw this.#spentError();
  }

  enter(work: CountedWork): () => void {
    this.refuseSpent();
    this.#requests += 1;
    this.#lastUsedAt = new Date();
    this.#work.add(work);
    return () => {
      if (this.#work.delete(work)) this.#tokens += work.tokens();
    };
  }

  setAside(requestId: object, promptTokens: number, wanted: number): number {
    const granted = this.#account.hold(requestId, promptTokens, wanted);
    if (granted === 0) throw this.#tooLong(promptTokens);
    return granted;
  }

  settle(requestId: object, usedTokens: number): void {
    this.#account.settle(requestId, usedTokens);
  }

  /** Ends what works for it when it may not go on; `requests` alone never end what they let in. */
  check(): void {
    if (this.isOver && !this.#saidOver) {
      this.#saidOver = true;
      this.terms.onOver?.();
    }
    if (this.#work.size === 0) return;
    if (this.isOver) this.#endWork(this.#overError());
    // what was set aside ends a request by itself, with an answer instead of an error
    else if (this.#hasNoTokens() && !this.#account.isHeld) this.#endWork(this.#spentError());
  }

  /** Revokes the key and ends its requests; returns how many. */
  revoke(): number {
    const ended = this.#work.size;
    this.#isRevoked = true;
    this.check();
    return ended;
  }

  entry(): PassEntry {
    const { id, name, scopes, expiresAt, maxRequests, maxTokens, models } = this.terms;
    return {
      id,
      name,
      scopes: [...scopes],
      state: this.state,
      created_at: this.createdAt.toISOString(),
      expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      max_requests: maxRequests,
      max_tokens: maxTokens,
      models: models === null ? null : [...models],
      requests: this.#requests,
      tokens: this.#usedTokens(),
      running: this.#work.size,
      last_used_at: this.#lastUsedAt?.toISOString() ?? null,
    };
  }

  /** By the requests' own count, which knows of those that run, or by what was settled, whichever knows of more. */
  #usedTokens(): number {
    let sum = this.#tokens;
    for (const work of this.#work) sum += work.tokens();
    return Math.max(sum, this.#account.settled);
  }

  #hasNoTokens(): boolean {
    return this.terms.maxTokens !== null && this.#usedTokens() >= this.terms.maxTokens;
  }

  #isSpent(): boolean {
    const { maxRequests } = this.terms;
    return (maxRequests !== null && this.#requests >= maxRequests) || this.#hasNoTokens();
  }

  #endWork(reason: LabError): void {
    for (const work of [...this.#work]) work.end(reason);
  }

  #overError(): LabError {
    const why = this.#isRevoked ? "was revoked" : "has expired";
    return new LabError(
      "invalid_api_key",
      `The key "${this.terms.name}" ${why}. Ask who runs this server for another.`,
    );
  }

  #spentError(): LabError {
    const { name, maxRequests, maxTokens } = this.terms;
    const isTokens = this.#hasNoTokens();
    const what = isTokens ? `${maxTokens} tokens` : `${maxRequests} requests`;
    return new LabError(
      "budget_exhausted",
      `The key "${name}" has used up its ${what}. Ask who runs this server for more.`,
      { retryAfterSeconds: spentRetrySeconds, ...limitOf(isTokens ? maxTokens : maxRequests) },
    );
  }

  #tooLong(promptTokens: number): LabError {
    const { name, maxTokens } = this.terms;
    return new LabError(
      "budget_exhausted",
      `The prompt has ${promptTokens} tokens and the key "${name}" has ${this.#account.left} of its ${maxTokens} left. ` +
        "Send a shorter one, wait for requests of this key that run, or ask who runs this server for more.",
      // what runs may give back what it does not use
      { retryAfterSeconds: this.#account.isHeld ? 1 : spentRetrySeconds, ...limitOf(maxTokens) },
    );
  }
}

const limitOf = (limit: number | null): { limit?: number } => (limit === null ? {} : { limit });
