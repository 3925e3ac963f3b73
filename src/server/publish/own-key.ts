/** The key that opens a publication: the server's API key where it has one, else a new one. */
import { newKey } from "../access/keys.js";
import type { Pass } from "../access/pass.js";
import type { NewPassTerms } from "../access/pass-book.js";
import type { PublishCall } from "../schema/publish.js";
import type { PublisherParts } from "./publisher-parts.js";

export interface OwnKey {
  readonly pass: Pass;
  /** The key, where it is a new one that its holder does not know yet. */
  readonly untold: string | undefined;
}

/** A key for these models, good for `lengthMs` milliseconds at most; the caller removes it. */
export function makeOwnKey(
  { settings: { apiKey }, passes, log }: Pick<PublisherParts, "settings" | "passes" | "log">,
  call: PublishCall,
  models: readonly string[],
  lengthMs: number,
): OwnKey {
  const terms: NewPassTerms = {
    name: apiKey === undefined ? "publication" : "api-key",
    scopes: call.scopes,
    key: apiKey ?? newKey("lab_pub_"),
    expiresAt: Date.now() + lengthMs,
    isBuiltIn: true,
    isPublicOnly: apiKey !== undefined,
    models,
  };
  const { pass, key } = passes.create(terms);
  log.hide(key);
  return { pass, untold: apiKey === undefined ? key : undefined };
}
