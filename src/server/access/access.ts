/**
 * Keys: who a request comes from.
 *
 * Keys are kept as SHA-256 digests and compared in constant time. They are read from headers only: a query string ends
 * up in logs and histories.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { LabError } from "../errors.js";
import type { Settings } from "../settings.js";
import { AllowedHosts } from "./allowed-hosts.js";
import type { Identity, Scope } from "./identity.js";

interface KnownKey {
  readonly digest: Buffer;
  readonly identity: Identity;
}

const identityOf = (name: string, ...scopes: Scope[]): Identity => ({
  name,
  scopes: new Set(scopes),
  isOwner: scopes.includes("owner"),
});

/** The caller where no key is set: reachable only from this machine. */
const local = identityOf("local", "infer", "manage");

export interface AccessOptions extends Pick<Settings, "apiKey" | "host" | "allowedHosts"> {
  /** Key with every scope, made anew at each start. */
  readonly ownerKey: string;
}

export class Access {
  /** Names and addresses this server answers to. */
  readonly hosts: AllowedHosts;
  readonly #keys: KnownKey[];
  readonly #needsKey: boolean;

  constructor(options: AccessOptions) {
    this.hosts = new AllowedHosts(options);
    this.#needsKey = options.apiKey !== undefined;
    this.#keys = [{ digest: digestOf(options.ownerKey), identity: identityOf("owner", "infer", "manage", "owner") }];
    if (options.apiKey !== undefined) {
      this.#keys.push({ digest: digestOf(options.apiKey), identity: identityOf("api-key", "infer", "manage") });
    }
  }

  /**
   * Whose request this is.
   *
   * Refuses with `missing_api_key` when one is needed, and with `invalid_api_key` when one is sent that nobody has,
   * even where none is needed: whoever sends a key means to be recognised.
   */
  identify(headers: IncomingHttpHeaders): Identity {
    const identities = sentKeys(headers).map((key) => this.#owner(key));
    const [identity] = identities;
    if (identity !== undefined && identities.every((other) => other === identity)) return identity;
    if (identities.length > 0) {
      throw new LabError("invalid_api_key", "The API key is not known. Check it, or ask who runs this server for one.");
    }
    if (!this.#needsKey) return local;
    throw new LabError(
      "missing_api_key",
      'This server needs an API key. Send it as "Authorization: Bearer <key>" or as "X-API-Key: <key>".',
    );
  }

  #owner(key: string): Identity | undefined {
    const digest = digestOf(key);
    let found: Identity | undefined;
    // no early end: the time tells nothing about which key was close
    for (const known of this.#keys) if (timingSafeEqual(known.digest, digest)) found = known.identity;
    return found;
  }
}

function sentKeys(headers: IncomingHttpHeaders): string[] {
  const bearer = /^bearer +(\S.*)$/i.exec(headers.authorization?.trim() ?? "")?.[1];
  const plain = headers["x-api-key"];
  return [bearer, ...(Array.isArray(plain) ? plain : [plain])].filter(
    (key) => key !== undefined && key !== "",
  ) as string[];
}

const digestOf = (key: string): Buffer => createHash("sha256").update(key, "utf8").digest();
