/** What a request to publish asks of the tunnel, and where a second one asks for something else. */
import type { PublishCall } from "../schema/publish.js";
import type { Settings } from "../settings/read-settings.js";
import type { TunnelOptions } from "./tunnel-options.js";

/** The options that a second request may name in vain, and how they are called on the wire. */
const optionNames = {
  expiresInSeconds: "expires_in",
  origins: "origins",
  domain: "domain",
  models: "models",
  allowCidrs: "allow_cidrs",
  denyCidrs: "deny_cidrs",
  trafficPolicy: "traffic_policy",
  metadata: "metadata",
  serverAddr: "server_addr",
  caFile: "ca_file",
} as const satisfies Partial<Record<keyof PublishCall, string>>;

/** Names of the options, as on the wire, in which `call` asks for something else than `live` did. */
export function differencesOf(call: PublishCall, live: PublishCall): string[] {
  return (Object.keys(optionNames) as (keyof typeof optionNames)[])
    .filter((name) => call[name] !== undefined && JSON.stringify(call[name]) !== JSON.stringify(live[name]))
    .map((name) => optionNames[name]);
}

export function tunnelOptionsOf(call: PublishCall, settings: Settings): TunnelOptions {
  const { allowCidrs, denyCidrs, trafficPolicy, metadata } = call;
  const domain = call.domain ?? settings.domain;
  const serverAddr = call.serverAddr ?? settings.ngrokServerAddr;
  const caFile = call.caFile ?? settings.ngrokCaFile;
  return {
    ...(domain !== undefined && { domain }),
    ...(allowCidrs && { allowCidrs }),
    ...(denyCidrs && { denyCidrs }),
    ...(trafficPolicy !== undefined && { trafficPolicy }),
    ...(metadata !== undefined && { metadata }),
    ...(serverAddr !== undefined && { serverAddr }),
    ...(caFile !== undefined && { caFile }),
  };
}
