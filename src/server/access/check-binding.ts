/** The rule that keeps a server without a key on its own machine. */
import { LabError } from "../errors.js";
import type { Settings } from "../settings/read-settings.js";
import { isLoopback } from "./allowed-hosts.js";

/** Refuses with `invalid_request` to listen where others can reach the server while it has no key. */
export function checkBinding(settings: Pick<Settings, "host" | "apiKey">): void {
  if (settings.apiKey !== undefined || isLoopback(settings.host.toLowerCase())) return;
  throw new LabError(
    "invalid_request",
    `host is "${settings.host}", which other machines can reach, and no API key is set. ` +
      "Set LOCALLAB_API_KEY to 16 or more characters, or listen on 127.0.0.1.",
    { param: "host" },
  );
}
