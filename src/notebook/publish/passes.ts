/** Passes: keys for other people, each with an end and a budget of its own. */
import type { NewPass, PassEntry, PassList, PassRequest, PassScope, RevokedPass } from "../../server/wire/passes.js";
import { type ApiKey, maskedKey } from "../client/api-key.js";
import type { Connection } from "../client/connection.js";
import { inWordsOf, type WireOption, wireOptions } from "../client/wire-options.js";
import { sentenceView } from "../displays/parts.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { inviteText } from "./invite-text.js";
import { passesView, passView } from "./passes-view.js";

/** Options of `lab.passes.create`. */
export interface PassOptions {
  /** Who it is for, 1 to 64 characters. */
  name: string;
  /** How long it is good for: seconds, or "90s", "8h", "7d", "never". Default "24h". */
  expiresIn?: number | string;
  /** What it may do: "infer" (make text), "manage" (load models), "owner" (everything). Default ["infer"]. */
  scopes?: PassScope[];
  /** Requests for text it may send in all. Default: no limit. */
  maxRequests?: number;
  /** Tokens it may use in all, read and made together. Default: no limit. */
  maxTokens?: number;
  /**
   * Ids of the models it may use and see, 1 to 64; they stay in memory while it is good. ["*"]: every model, none kept.
   * Default: the publication's, else the one loaded then; every model with "manage" or "owner".
   */
  models?: string[];
}

/** A pass, and what was used of it. */
export type Pass = PassEntry;

/** A pass that was just made, with its key. */
export interface CreatedPass extends Pass {
  /** The key, masked when printed; `key.reveal()` gives it. Only this answer has it. */
  readonly key: ApiKey;
  /**
   * One text to send to whoever it is for: address, key, code, until when, and what is left of it. The address is that of
   * the publication, where the lab has one; else its own. Mind where you print it: it has the key in it.
   */
  invite(): string;
}

/** The passes of a lab. They live as long as its server does. */
export interface LabPasses {
  /** Makes a key for one person. `(await lab.passes.create({ name: "Ann" })).key.reveal()` is what to give them. */
  create(options: PassOptions): Promise<CreatedPass>;
  /** Every pass and what was used of it. Prints itself as a table. */
  list(): Promise<Pass[]>;
  /** Ends a pass, by its id or the pass itself; what runs with it ends within a second. */
  revoke(pass: string | { readonly id: string }): Promise<Pass>;
}

const knownOptions: Readonly<Record<keyof PassOptions, WireOption & { readonly field: keyof PassRequest }>> = {
  name: { field: "name", wants: "text of 1 to 64 characters" },
  expiresIn: { field: "expires_in", wants: 'seconds, a text such as "8h", or "never"; left out it is 24 hours' },
  scopes: { field: "scopes", wants: 'a list of "infer", "manage", "owner"; left out it is ["infer"]' },
  maxRequests: { field: "max_requests", wants: "a whole number; leave it out for no limit" },
  maxTokens: { field: "max_tokens", wants: "a whole number; leave it out for no limit" },
  models: { field: "models", wants: 'a list of model ids, or ["*"] for every model' },
};

export class ConnectedPasses implements LabPasses {
  readonly #connection: Connection;

  readonly #address: () => string;

  /** `address` is where others reach the lab. */
  constructor(connection: Connection, address: () => string = () => connection.url) {
    this.#connection = connection;
    this.#address = address;
  }

  async create(options: PassOptions): Promise<CreatedPass> {
    const body = wireOptions("lab.passes.create", knownOptions, options);
    const made = this.#connection.json<NewPass>("POST", "/passes", { body });
    const { key, ...pass } = await inWordsOf(knownOptions, made);
    const masked = maskedKey(key);
    const created = selfDisplaying({ ...pass, key: masked, invite: () => "" }, passView);
    // no field: printed or as JSON, a pass is its data
    const invite = (): string => inviteText(created, this.#address(), key);
    return Object.defineProperty(created, "invite", { enumerable: false, value: invite });
  }

  async list(): Promise<Pass[]> {
    const { passes } = await this.#connection.json<PassList>("GET", "/passes");
    return selfDisplaying(passes, passesView);
  }

  async revoke(pass: string | { readonly id: string }): Promise<Pass> {
    const id = encodeURIComponent(typeof pass === "string" ? pass : pass.id);
    const { ended_requests, ...revoked } = await this.#connection.json<RevokedPass>("DELETE", `/passes/${id}`);
    const ended = ended_requests > 0 ? ` ${ended_requests} running requests were ended.` : "";
    return selfDisplaying(revoked, () => sentenceView(`The pass of ${revoked.name} is revoked.${ended}`));
  }
}
