/** Body of `POST /publish`, and the answers about the publication. What ngrok's own options must look like is checked where they are used. */
import { z } from "zod";
import { parseOrigin } from "../settings/parsers.js";
import { longestPublication } from "../settings/publish-settings.js";
import type { Publication, PublishRequest, PublishResponse } from "../wire/publish.js";
import { amountField, countField, momentField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { durationField, listField, orDefault, orMade, secondsOf, textField } from "./field-schemas.js";
import { passEntry } from "./passes.js";

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
/** Objects and lists in one another; ngrok's own policies stay under 10. More would overflow a reader's stack. */
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

/** No body asks for nothing in particular. */
export const publishBody: Body<PublishCall> = bodyOf({
  schema: publishRequest,
  isOptional: true,
  unknown: "refuse",
  toCall: (filled) => {
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
  },
});

const publicationShape = {
  state: z.enum(["offline", "connecting", "checking", "online", "reconnecting", "closing", "failed"]),
  url: z.string().nullable().describe("The public address; null unless published."),
  models: z.array(z.string()).describe("Ids of the models that the publication's own key may use."),
  since: momentField("When state was entered."),
  expires_at: momentField("When it ends by itself; null unless published.").nullable(),
  reconnects: countField("How often the tunnel came back by itself."),
  latency_ms: amountField("Round trip to ngrok; null when not measured.").nullable(),
  problem: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .describe("Why it is not online, or why it last ended; null when there is nothing to say."),
  traffic: z.object({ requests: countField("Since it was published."), bytes_sent: countField("Since then.") }),
  keys: z.array(passEntry).describe("The publication's own key, then the passes."),
};

export const publication: z.ZodType<Publication> = exactly<Publication, Publication>()(
  z.object(publicationShape).meta({ id: "Publication" }),
);

export const publishResponse: z.ZodType<PublishResponse> = exactly<PublishResponse, PublishResponse>()(
  z
    .object({
      ...publicationShape,
      is_new: z.boolean().describe("false: it was published already, and this request changed nothing."),
      key: z
        .string()
        .nullable()
        .describe("The key that was made because the server has none; only this answer has it."),
      warnings: z.array(z.string()).describe("One sentence for each thing worth knowing."),
    })
    .meta({ id: "PublishResponse" }),
);

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
