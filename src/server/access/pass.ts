/** One key that the owner gave away: what it may do, until when, how much of it, and what was used. */
import { LabError } from "../errors.js";
import type { PassEntry } from "../wire/passes.js";
import type { Budget, CountedWork, Identity, Scope } from "./identity.js";

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
  readonly whenStreaming?: () => Promise<void>;
}

/** Seconds after which a client may ask again with a key that has nothing left: tomorrow its owner may have another. */
const spentRetrySeconds = 86_400;

export class Pass implements Budget {
  readonly terms: PassTerms;
  /** SHA-256 of the key. */
  readonly digest: Buffer;
  readonly identity: Identity;
  readonly createdAt: Date = new Date();
  readonly #work = new Set<CountedWork>();
  #isRevoked = false;
  #requests = 0;
  #tokens = 0;
  #lastUsedAt: Date | null = null;

  constructor(terms: PassTerms, digest: Buffer) {
    this.terms = terms;
    this.digest = digest;
    this.identity = {
      id: terms.id,
      name: terms.name,
      scopes: new Set(terms.scopes),
      isOwner: terms.scopes.includes("owner"),
      budget: this,
      ...(terms.whenStreaming && { whenStreaming: terms.whenStreaming }),
    };
  }

  get state(): PassEntry["state"] {
    if (this.#isRevoked) return "revoked";
    if (this.terms.expiresAt !== null && Date.now() >= this.terms.expiresAt) return "expired";
    return this.#isSpent() ? "exhausted" : "active";
  }

  /** Requests that work for it now. */
  get running(): number {
    return this.#work.size;
  }

  /** True once nobody gets in with it any more. */
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

  /** Ends what works for it when it may not go on; `requests` alone never end what they let in. */
  check(): void {
    if (this.#work.size === 0) return;
    if (this.isOver) this.#endWork(this.#overError());
    else if (this.#hasNoTokens()) this.#endWork(this.#spentError());
  }

  /** Nobody gets in with it any more, and who is in is put out. Says how many requests that ended. */
  revoke(): number {
    const ended = this.#work.size;
    this.#isRevoked = true;
    this.check();
    return ended;
  }

  entry(): PassEntry {
    const { id, name, scopes, expiresAt, maxRequests, maxTokens } = this.terms;
    return {
      id,
      name,
      scopes: [...scopes],
      state: this.state,
      created_at: this.createdAt.toISOString(),
      expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      max_requests: maxRequests,
      max_tokens: maxTokens,
      requests: this.#requests,
      tokens: this.#usedTokens(),
      running: this.#work.size,
      last_used_at: this.#lastUsedAt?.toISOString() ?? null,
    };
  }

  #usedTokens(): number {
    let sum = this.#tokens;
    for (const work of this.#work) sum += work.tokens();
    return sum;
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
    const what = this.#hasNoTokens() ? `${maxTokens} tokens` : `${maxRequests} requests`;
    return new LabError(
      "budget_exhausted",
      `The key "${name}" has used up its ${what}. Ask who runs this server for more.`,
      {
        retryAfterSeconds: spentRetrySeconds,
      },
    );
  }
}
