/** The keys that the owner gave to others. They live as long as the server does. */
import { randomBytes } from "node:crypto";
import { LabError } from "../errors.js";
import type { Identity } from "./identity.js";
import { digestOf, newKey, withDigest } from "./keys.js";
import { Pass, type PassTerms } from "./pass.js";

export interface NewPassTerms extends Partial<Omit<PassTerms, "id" | "name" | "scopes">> {
  readonly name: string;
  readonly scopes: PassTerms["scopes"];
  /** The key itself where there is one already. Default: a new one. */
  readonly key?: string;
  /** True for what is no pass of the owner's making: a key of the publication itself. */
  readonly isBuiltIn?: boolean;
  /** True for a key that opens the published listener alone. */
  readonly isPublicOnly?: boolean;
}

interface Entry {
  readonly digest: Buffer;
  readonly pass: Pass;
  readonly isBuiltIn: boolean;
  readonly isPublicOnly: boolean;
}

export interface MadePass {
  readonly pass: Pass;
  /** Known here and now only: afterwards there is its digest alone. */
  readonly key: string;
}

/** Passes that can be used at once. */
const mostPasses = 1000;
/** Passes that are over and still explained to who sends them. */
const rememberedPasses = 100;
/** Milliseconds between two looks at what works for a pass. Its end is noticed within this. */
const lookMs = 100;
/** Names that the log and the list of requests give to others. */
const takenNames: readonly string[] = ["owner", "api-key", "local", "publication", "self-check"];

export class PassBook {
  readonly #entries = new Map<string, Entry>();
  readonly #timer: NodeJS.Timeout;

  readonly #onOver: (key: string) => void;

  /** `onOver` gets what a pass goes by in queues and slots, once its key opens nothing any more. */
  constructor(onOver: (key: string) => void = () => {}) {
    this.#onOver = onOver;
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  /** Refuses with `invalid_request` a name that is taken, and one pass too many. */
  create(terms: NewPassTerms): MadePass {
    const { name, scopes, key = newKey("lab_pass_"), isBuiltIn = false, isPublicOnly = isBuiltIn, ...rest } = terms;
    if (!isBuiltIn) this.#refuse(name);
    const digest = digestOf(key);
    const pass: Pass = new Pass(
      {
        id: `pass_${randomBytes(12).toString("base64url")}`,
        name,
        scopes,
        expiresAt: rest.expiresAt ?? null,
        maxRequests: rest.maxRequests ?? null,
        maxTokens: rest.maxTokens ?? null,
        models: rest.models ?? null,
        ...(rest.whenStreaming && { whenStreaming: rest.whenStreaming }),
        onOver: () => {
          rest.onOver?.();
          this.#onOver(pass.identity.key);
        },
      },
      digest,
    );
    this.#entries.set(pass.terms.id, { digest, pass, isBuiltIn, isPublicOnly });
    this.#forget();
    return { pass, key };
  }

  /** The owner's passes, oldest first. */
  list(): Pass[] {
    return [...this.#entries.values()].filter(({ isBuiltIn }) => !isBuiltIn).map(({ pass }) => pass);
  }

  /** The pass with this id. Refuses with `pass_not_found`. */
  get(id: string): Pass {
    const entry = this.#entries.get(id);
    if (entry !== undefined && !entry.isBuiltIn) return entry.pass;
    throw new LabError("pass_not_found", "No pass has this id. GET /passes lists the ones that are.");
  }

  /** Who holds the key with this digest; refuses with `invalid_api_key` when the pass is over. For the local listener. */
  holderOf(digest: Buffer): Identity | undefined {
    const entry = withDigest(this.#entries.values(), digest);
    return entry === undefined || entry.isPublicOnly ? undefined : admitted(entry.pass);
  }

  /** As `holderOf`, for the published listener. Refuses with `insufficient_scope` a pass that could do what the owner does. */
  publicHolderOf(digest: Buffer): Identity | undefined {
    const entry = withDigest(this.#entries.values(), digest);
    if (entry === undefined) return undefined;
    const identity = admitted(entry.pass);
    if (!identity.isOwner) return identity;
    throw new LabError(
      "insufficient_scope",
      `The key "${identity.name}" may do what the owner does, so it opens nothing at the public address. Ask for one without the scope "owner".`,
    );
  }

  /** Revokes the pass, ends its requests and forgets it. */
  remove(pass: Pass): void {
    pass.revoke();
    this.#entries.delete(pass.terms.id);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #refuse(name: string): void {
    // as it looks: full-width letters make the same word
    if (takenNames.includes(name.normalize("NFKC").toLowerCase())) {
      throw new LabError("invalid_request", `name is "${name}", which the lab itself goes by. Choose another.`, {
        param: "name",
      });
    }
    if (this.list().filter((pass) => !pass.isOver).length >= mostPasses) {
      throw new LabError("invalid_request", `There are ${mostPasses} passes already. Revoke one first.`);
    }
  }

  #forget(): void {
    const over = this.list().filter((pass) => pass.isOver && pass.running === 0);
    for (const pass of over.slice(0, Math.max(0, over.length - rememberedPasses))) this.#entries.delete(pass.terms.id);
  }

  #look(): void {
    for (const { pass } of this.#entries.values()) pass.check();
  }
}

function admitted(pass: Pass): Identity {
  pass.refuseOver();
  return pass.identity;
}
