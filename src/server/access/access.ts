/** The local listener: who a request comes from when it arrives on this machine's own port. */
import type { IncomingHttpHeaders } from "node:http";
import { LabError } from "../errors.js";
import type { Settings } from "../settings/read-settings.js";
import { AllowedHosts, isAnyonesName, isLoopback } from "./allowed-hosts.js";
import type { Identity, Scope } from "./identity.js";
import { digestOf, isOfALab, missingKey, senderOf, withDigest } from "./keys.js";
import type { ListenerAccess } from "./listener-access.js";
import type { PassBook } from "./pass-book.js";

interface KnownKey {
  readonly digest: Buffer;
  readonly identity: Identity;
}

/** The keys of this machine's own user: one place in the queue, one memory of prompts. */
const identityOf = (name: string, ...scopes: Scope[]): Identity => ({
  id: name,
  name,
  key: "home",
  scopes: new Set(scopes),
  isOwner: scopes.includes("owner"),
  mayManage: true,
  models: null,
});

/** The caller where no key is set: reachable only from this machine. */
const local = identityOf("local", "infer", "manage");

export interface AccessOptions extends Pick<Settings, "apiKey" | "host" | "allowedHosts"> {
  /** Key with every scope, made anew at each start. */
  readonly ownerKey: string;
  /** Keys that the owner gave to others. Default: none. */
  readonly passes?: PassBook;
}

export class Access implements ListenerAccess {
  /** Names and addresses this server answers to. */
  readonly hosts: AllowedHosts;
  readonly #keys: KnownKey[];
  readonly #passes: PassBook | undefined;
  readonly #needsKey: boolean;

  constructor(options: AccessOptions) {
    this.hosts = new AllowedHosts(options);
    this.#needsKey = options.apiKey !== undefined;
    this.#passes = options.passes;
    const owner: Identity = { ...identityOf("owner", "infer", "manage", "owner"), mayNameFiles: true };
    this.#keys = [{ digest: digestOf(options.ownerKey), identity: owner }];
    if (options.apiKey !== undefined) {
      this.#keys.push({ digest: digestOf(options.apiKey), identity: identityOf("api-key", "infer", "manage") });
    }
  }

  /**
   * Whose request this is.
   *
   * Refuses with `missing_api_key` when one is needed, and with `invalid_api_key` when it is unknown. Where none is
   * needed, a made-up key is as good as none: clients of OpenAI cannot be told to send none. A key that a lab once made
   * and that is over is refused there too.
   */
  identify(headers: IncomingHttpHeaders): Identity {
    const sender = senderOf(headers, (digest, key) => {
      const known = withDigest(this.#keys, digest)?.identity ?? this.#passes?.holderOf(digest);
      return known ?? (this.#needsKey || isOfALab(key) ? undefined : local);
    });
    if (sender !== undefined) return sender;
    if (!this.#needsKey) return local;
    throw missingKey();
  }
}

/**
 * Refuses with `invalid_request` to listen where others can reach the server, or to answer to any name, while it has no
 * key.
 */
export function checkBinding({ apiKey, host, allowedHosts }: Pick<Settings, "host" | "apiKey" | "allowedHosts">): void {
  if (apiKey !== undefined) return;
  if (!isLoopback(host.toLowerCase())) {
    throw new LabError(
      "invalid_request",
      `host is "${host}", which other machines can reach, and no API key is set. ` +
        "Set LOCALLAB_API_KEY to 16 or more characters, or listen on 127.0.0.1.",
      { param: "host" },
    );
  }
  const anyones = allowedHosts.find(isAnyonesName);
  if (anyones === undefined) return;
  throw new LabError(
    "invalid_request",
    `--allowed-hosts has "${anyones}", which any page on the internet can be called, and no API key is set. ` +
      "Set LOCALLAB_API_KEY to 16 or more characters, or name the host.",
    { param: "allowedHosts" },
  );
}
