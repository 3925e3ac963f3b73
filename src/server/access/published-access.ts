/**
 * The published listener: who a request comes from when it came through the tunnel.
 *
 * Everything arrives from this machine's own agent, so where it seems to come from means nothing: a key is always
 * needed, and the owner's own key is not taken here.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Identity } from "./identity.js";
import { missingKey, senderOf } from "./keys.js";
import type { ListenerAccess } from "./listener-access.js";
import type { PassBook } from "./pass-book.js";
import type { PublicHost } from "./public-host.js";

export class PublishedAccess implements ListenerAccess {
  readonly hosts: PublicHost;
  readonly #passes: PassBook;

  constructor(passes: PassBook, hosts: PublicHost) {
    this.#passes = passes;
    this.hosts = hosts;
  }

  identify(headers: IncomingHttpHeaders): Identity {
    const sender = senderOf(headers, (digest) => this.#passes.publicHolderOf(digest));
    if (sender === undefined) throw missingKey();
    return sender;
  }
}
