/** What a request to publish may contain. What ngrok's own options must look like is checked where they are used. */
import { z } from "zod";
import type { PublishRequest } from "../wire/publish.js";
import { durationField } from "./duration-field.js";
import { exactly } from "./exactly.js";
import { listField, orDefault, orMade, textField } from "./fields.js";

export interface FilledPublish {
  authtoken: string | null;
  domain: string | null;
  models: string[] | null;
  expires_in: number | string | null;
  scopes: ("infer" | "manage")[];
  origins: string[] | null;
  allow_cidrs: string[] | null;
  deny_cidrs: string[] | null;
  traffic_policy: { [name: string]: unknown } | string | null;
  metadata: string | null;
  server_addr: string | null;
  ca_file: string | null;
}

const scopeField = z.enum(["infer", "manage"], { error: 'one of "infer", "manage"' });
/** Objects and lists in one another; ngrok's own policies stay under 10. More would overflow the stack of whoever reads it. */
const deepestPolicy = 64;
const policyField = z
  .union([z.record(z.string(), z.unknown()), z.string()], { error: "an object, or JSON or YAML text" })
  .refine((policy) => typeof policy === "string" || depthOf(policy) <= deepestPolicy, {
    error: `nested at most ${deepestPolicy} deep`,
  });

export const publishRequest: z.ZodType<FilledPublish, PublishRequest> = exactly<FilledPublish, PublishRequest>()(
  z
    .object({
      authtoken: orDefault(textField(1, 512), null, "The ngrok authtoken."),
      domain: orDefault(textField(1, 253), null, "The domain to publish under."),
      models: orDefault(listField(textField(1, 512), 16, "model ids"), null, "Models that visitors may use."),
      expires_in: orDefault(durationField('seconds, or text such as "8h"'), null, "How long."),
      scopes: orMade(
        listField(scopeField, 2, 'of "infer", "manage"'),
        (): FilledPublish["scopes"] => ["infer"],
        "What its own key may do.",
      ),
      origins: orDefault(listField(textField(1, 255), 32, "origins"), null, "Web pages that may call."),
      allow_cidrs: orDefault(listField(textField(1, 64), 256, "networks"), null, "Networks that alone may come in."),
      deny_cidrs: orDefault(listField(textField(1, 64), 256, "networks"), null, "Networks that may not come in."),
      traffic_policy: orDefault(policyField, null, "A traffic policy of ngrok's."),
      metadata: orDefault(textField(1, 4096), null, "Text in ngrok's dashboard."),
      server_addr: orDefault(textField(1, 260), null, "Another ingress."),
      ca_file: orDefault(textField(1, 4096), null, "Certificates of that ingress."),
    })
    .meta({ id: "PublishRequest" }),
);

export const publishFieldNames: readonly string[] = [
  "authtoken",
  "domain",
  "models",
  "expires_in",
  "scopes",
  "origins",
  "allow_cidrs",
  "deny_cidrs",
  "traffic_policy",
  "metadata",
  "server_addr",
  "ca_file",
];

/** How deep objects and lists lie in one another; counts no further than one too many. */
function depthOf(value: object): number {
  let level: unknown[] = [value];
  let depth = 0;
  while (level.length > 0 && depth <= deepestPolicy) {
    depth += 1;
    level = level
      .flatMap((item) => Object.values(item as object))
      .filter((item) => typeof item === "object" && item !== null);
  }
  return depth;
}
