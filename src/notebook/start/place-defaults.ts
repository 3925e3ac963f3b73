/** What a new lab gets where the notebook's place asks for it, and neither a cell nor a variable says otherwise. */
import { randomBytes } from "node:crypto";
import type { NotebookPlace } from "../client/reachable-address.js";
import type { Flags } from "./start-options.js";

/** Bytes of chance in a key: 256 bits. */
const keyBytes = 32;

export interface PlaceDefaults {
  readonly flags: Flags;
  /** A new key; undefined where none is needed, or the variable gives one. */
  readonly apiKey: string | undefined;
}

/** Both are defaults for a new server only: one that runs is never restarted for them. */
export function placeDefaults(
  { allowedHosts, needsKey }: Pick<NotebookPlace, "allowedHosts" | "needsKey">,
  env: Readonly<Record<string, string | undefined>>,
): PlaceDefaults {
  const isSaid = allowedHosts.length === 0 || Boolean(env.LOCALLAB_ALLOWED_HOSTS);
  return {
    flags: isSaid ? {} : { "allowed-hosts": allowedHosts.join(",") },
    apiKey: needsKey && !env.LOCALLAB_API_KEY ? `lab_key_${randomBytes(keyBytes).toString("base64url")}` : undefined,
  };
}
