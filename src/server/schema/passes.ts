/** Body of `POST /passes`, and the answers about passes. */
import { z } from "zod";
import { LabError } from "../errors.js";
import type { NewPass, PassEntry, PassList, PassRequest, PassScope, RevokedPass } from "../wire/passes.js";
import { countField, momentField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { durationField, listField, orMade, orUnlimited, secondsOf, textField, wholeField } from "./field-schemas.js";
import type { Fields } from "./read-fields.js";

export interface FilledPass {
  name: string;
  /** null: a day. */
  expires_in: number | string | null;
  scopes: PassScope[];
  max_requests: number | null;
  max_tokens: number | null;
  models: string[] | null;
}

const scopeField = z.enum(["infer", "manage", "owner"], { error: 'one of "infer", "manage", "owner"' });

export const passRequest: z.ZodType<FilledPass, PassRequest> = exactly<FilledPass, PassRequest>()(
  z
    .object({
      name: textField(1, 64).describe("Who it is for."),
      expires_in: orUnlimited(durationField('"never", seconds, or text such as "8h"'), "How long it is good for."),
      scopes: orMade(
        listField(scopeField, 3, 'of "infer", "manage", "owner"'),
        (): PassScope[] => ["infer"],
        "What it may do.",
      ),
      max_requests: orUnlimited(wholeField(1, 1_000_000_000), "Requests it may send in all."),
      max_tokens: orUnlimited(wholeField(1, 1_000_000_000_000), "Tokens it may use in all."),
      models: orUnlimited(listField(textField(1, 512), 64, "ids of models"), "Models it may use and see."),
    })
    .meta({ id: "PassRequest" }),
);

export interface PassCall {
  readonly name: string;
  readonly scopes: readonly PassScope[];
  /** Milliseconds since 1970; null for no end. */
  readonly expiresAt: number | null;
  readonly maxRequests: number | null;
  readonly maxTokens: number | null;
  /** "every" for "*", null where none is named. */
  readonly models: readonly string[] | "every" | null;
}

const mostSeconds = 365 * 86_400;
/** Fields without which there is no limit, or a long one. */
const limits: readonly string[] = ["expires_in", "max_requests", "max_tokens", "models"];

export const passBody: Body<PassCall> = bodyOf({
  schema: passRequest,
  unknown: "refuse",
  prepare: refuseNullLimits,
  toCall: ({ name, scopes, expires_in, max_requests, max_tokens, models }) => {
    if (!/^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(name) || name.trim() !== name) {
      throw new LabError(
        "invalid_request",
        "name has blanks around it or characters that cannot be seen. Leave them out.",
        { param: "name" },
      );
    }
    const seconds = expires_in === "never" ? null : secondsOf(expires_in ?? "24h", "expires_in", 1, mostSeconds);
    return {
      name,
      scopes: [...new Set(scopes)],
      expiresAt: seconds === null ? null : Date.now() + seconds * 1000,
      maxRequests: max_requests,
      maxTokens: max_tokens,
      models: models?.includes("*") ? "every" : models && [...new Set(models)],
    };
  },
});

/** A pass without limit is asked for by leaving the field out. */
function refuseNullLimits(fields: Fields): Fields {
  const name = limits.find((limit) => fields.values[limit] === null);
  if (name === undefined) return fields;
  const param = fields.sentAs.get(name) ?? name;
  throw new LabError(
    "invalid_request",
    `${param} is null, which is what JSON makes of NaN and Infinity. Leave the field out for ${name === "expires_in" ? "24 hours" : "no limit"}.`,
    { param },
  );
}

const entryShape = {
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(["infer", "manage", "owner"])),
  state: z.enum(["active", "expired", "revoked", "exhausted"]),
  created_at: momentField("When it was made."),
  expires_at: momentField("When it ends; null for no end.").nullable(),
  max_requests: countField("Requests it may send in all; null for no limit.").nullable(),
  max_tokens: countField("Tokens it may use in all; null for no limit.").nullable(),
  models: z.array(z.string()).nullable().describe("Ids of the models it may use and see; null for every one."),
  requests: countField("Requests for text until now."),
  tokens: countField("Tokens read and made until now."),
  running: countField("Requests that run now."),
  last_used_at: momentField("When its last request for text began; null when there was none.").nullable(),
};

const entry = z.object(entryShape).meta({ id: "PassEntry" });

export const passEntry: z.ZodType<PassEntry, PassEntry> = exactly<PassEntry, PassEntry>()(entry);

export const newPass: z.ZodType<NewPass> = exactly<NewPass, NewPass>()(
  z.object({ ...entryShape, key: z.string().describe("Only this answer has it.") }).meta({ id: "NewPass" }),
);

export const passList: z.ZodType<PassList> = exactly<PassList, PassList>()(
  z.object({ passes: z.array(entry) }).meta({ id: "PassList" }),
);

export const revokedPass: z.ZodType<RevokedPass> = exactly<RevokedPass, RevokedPass>()(
  z
    .object({ ...entryShape, ended_requests: countField("Requests that ran with it and were ended.") })
    .meta({ id: "RevokedPass" }),
);
