/**
 * Keys as they are made, kept and read.
 *
 * Kept as SHA-256 digests and compared in constant time. Read from headers only: a query string ends up in logs and
 * histories.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { LabError } from "../errors.js";
import type { Identity } from "./identity.js";

/** Bytes of chance in a key: 256 bits. */
const keyBytes = 32;

/** A new key that begins with `prefix`. */
export const newKey = (prefix: string): string => `${prefix}${randomBytes(keyBytes).toString("base64url")}`;

/** Whether a lab made this key, whichever lab and whenever: people do not begin a made-up one like that. */
export const isOfALab = (key: string): boolean => /^lab_(?:owner|pass|pub|check)_/.test(key);

export const digestOf = (key: string): Buffer => createHash("sha256").update(key, "utf8").digest();

/** The one entry with this digest. Looks at all of them, so that the time tells nothing about which was close. */
export function withDigest<Known extends { readonly digest: Buffer }>(
  known: Iterable<Known>,
  digest: Buffer,
): Known | undefined {
  let found: Known | undefined;
  for (const one of known) if (timingSafeEqual(one.digest, digest)) found = one;
  return found;
}

/**
 * Whose keys stand in the headers; undefined when there are none.
 *
 * Refuses with `invalid_api_key` when one of them is unknown, or when they belong to different clients.
 */
export function senderOf(
  headers: IncomingHttpHeaders,
  ownerOf: (digest: Buffer, key: string) => Identity | undefined,
): Identity | undefined {
  const keys = sentKeys(headers);
  const identities = keys.map((key) => ownerOf(digestOf(key), key));
  const [identity] = identities;
  if (identity !== undefined && identities.every((other) => other === identity)) return identity;
  if (keys.length === 0) return undefined;
  throw new LabError("invalid_api_key", "The API key is not known. Check it, or ask who runs this server for one.");
}

export const missingKey = (): LabError =>
  new LabError(
    "missing_api_key",
    'This server needs an API key. Send it as "Authorization: Bearer <key>" or as "X-API-Key: <key>".',
  );

function sentKeys(headers: IncomingHttpHeaders): string[] {
  const bearer = /^bearer +(\S.*)$/i.exec(headers.authorization?.trim() ?? "")?.[1];
  const plain = headers["x-api-key"];
  return [bearer, ...(Array.isArray(plain) ? plain : [plain])].filter(
    (key) => key !== undefined && key !== "",
  ) as string[];
}
