/** Body of `POST /publish`, checked. */

import { parseOrigin } from "../settings/parsers.js";
import { longestPublication } from "../settings/publish-settings.js";
import { checkFields } from "./check-fields.js";
import { secondsOf } from "./duration-field.js";
import { publishFieldNames, publishRequest } from "./publish-schema.js";
import { readFields } from "./read-fields.js";
import { refuseUnknown } from "./refuse-unknown.js";

/** What was asked for; undefined: the server's setting, or ngrok's choice. */
export interface PublishCall {
  readonly authtoken: string | undefined;
  readonly expiresInSeconds: number | undefined;
  readonly scopes: readonly ("infer" | "manage")[];
  readonly origins: readonly string[] | undefined;
  readonly domain: string | undefined;
  readonly models: readonly string[] | undefined;
  readonly allowCidrs: readonly string[] | undefined;
  readonly denyCidrs: readonly string[] | undefined;
  readonly trafficPolicy: Readonly<Record<string, unknown>> | string | undefined;
  readonly metadata: string | undefined;
  readonly serverAddr: string | undefined;
  readonly caFile: string | undefined;
}

/** Refuses with `invalid_request` and the field that is wrong; no body asks for nothing in particular. */
export function parsePublish(body: unknown): PublishCall {
  const fields = readFields(body ?? {}, publishFieldNames);
  refuseUnknown(fields, publishFieldNames);
  const filled = checkFields(publishRequest, fields);
  const { expires_in } = filled;
  return {
    authtoken: filled.authtoken ?? undefined,
    expiresInSeconds: expires_in === null ? undefined : secondsOf(expires_in, "expires_in", 1, longestPublication),
    scopes: [...new Set(filled.scopes)],
    origins: filled.origins?.map((origin) => parseOrigin(origin, "origins")),
    domain: filled.domain ?? undefined,
    models: filled.models === null ? undefined : [...new Set(filled.models)],
    allowCidrs: filled.allow_cidrs ?? undefined,
    denyCidrs: filled.deny_cidrs ?? undefined,
    trafficPolicy: filled.traffic_policy ?? undefined,
    metadata: filled.metadata ?? undefined,
    serverAddr: filled.server_addr ?? undefined,
    caFile: filled.ca_file ?? undefined,
  };
}
