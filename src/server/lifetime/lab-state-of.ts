/** What a server writes into its state file: how it is found, and what it was started with. */
import type { Settings } from "../settings/read-settings.js";
import { processIdentity } from "../state/process-identity.js";
import type { LabState } from "../state/state-file.js";
import { version } from "../version.js";

/** `flags` are what a person wrote. The authtoken is not in it. */
export function labStateOf(
  settings: Settings,
  flags: LabState["flags"],
  found: Pick<LabState, "url" | "ownerKey" | "socket">,
): LabState {
  const { apiKey, ngrokAuthtoken: _secret, ...shown } = settings;
  return {
    name: settings.name,
    pid: process.pid,
    processStart: processIdentity(process.pid) ?? "",
    version,
    ...found,
    apiKey: apiKey ?? null,
    logFile: settings.logFile ?? null,
    flags,
    settings: { ...shown },
  };
}
