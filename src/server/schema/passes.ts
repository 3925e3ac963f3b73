/** Body of `POST /passes`, and the answers about passes. */
import { z } from "zod";
import { LabError } from "../errors.js";
import type { NewPass, PassEntry, PassList, PassRequest, PassScope, RevokedPass } from "../wire/passes.js";
import { countField, momentField } from "./answer-fields.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { durationField, listField, orDefault, orMade, secondsOf, textField, wholeField } from "./field-schemas.js";

export interface FilledPass {
  name: string;
  expires_in: number | string;
  scopes: PassScope[];
  max_requests: number | null;
  max_tokens: number | null;
}

const scopeField = z.enum(["infer", "manage", "owner"], { error: 'one of "infer", "manage", "owner"' });

export const passRequest: z.ZodType<FilledPass, PassRequest> = exactly<FilledPass, PassRequest>()(
  z
    .object({
      name: textField(1, 64).describe("Who it is for."),
      expires_in: orDefault(durationField('"never", seconds, or text such as "8h"'), "24h", "How long it is good for."),
      scopes: orMade(
        listField(scopeField, 3, 'of "infer", "manage", "owner"'),
        (): PassScope[] => ["infer"],
        "What it may do.",
      ),
      max_requests: orDefault(wholeField(1, 1_000_000_000), null, "Requests it may send in all."),
      max_tokens: orDefault(wholeField(1, 1_000_000_000_000), null, "Tokens it may use in all."),
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
}

const mostSeconds = 365 * 86_400;

export const passBody: Body<PassCall> = bodyOf({
  schema: passRequest,
  unknown: "refuse",
  toCall: ({ name, scopes, expires_in, max_requests, max_tokens }) => {
    if (!/^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(name) || name.trim() !== name) {
      throw new LabError(
        "invalid_request",
        "name has blanks around it or characters that cannot be seen. Leave them out.",
        { param: "name" },
      );
    }
    const seconds = expires_in === "never" ? null : secondsOf(expires_in, "expires_in", 1, mostSeconds);
    return {
      name,
      scopes: [...new Set(scopes)],
      expiresAt: seconds === null ? null : Date.now() + seconds * 1000,
      maxRequests: max_requests,
      maxTokens: max_tokens,
    };
  },
});

const entryShape = {
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(["infer", "manage", "owner"])),
  state: z.enum(["active", "expired", "revoked", "exhausted"]),
  created_at: momentField("When it was made."),
  expires_at: momentField("When it ends; null for no end.").nullable(),
  max_requests: countField("Requests it may send in all; null for no limit.").nullable(),
  max_tokens: countField("Tokens it may use in all; null for no limit.").nullable(),
  requests: countField("Requests for text until now."),
  tokens: countField("Tokens read and made until now."),
  running: countField("Requests that run now."),
  last_used_at: momentField("When its last request for text began; null when there was none.").nullable(),
};

const entry = z.object(entryShape).meta({ id: "PassEntry" });

export const passEntry: z.ZodType<PassEntry, PassEntry> = exactly<PassEntry, PassEntry>()(entry);

export const newPass: z.ZodType<NewPass> = exactly<NewPass, NewPass>()(
  z.object({ ...entryShape, key: z.string().describe("Told this one time.") }).meta({ id: "NewPass" }),
);

export const passList: z.ZodType<PassList> = exactly<PassList, PassList>()(
  z.object({ passes: z.array(entry) }).meta({ id: "PassList" }),
);

export const revokedPass: z.ZodType<RevokedPass> = exactly<RevokedPass, RevokedPass>()(
  z
    .object({ ...entryShape, ended_requests: countField("Requests that ran with it and were ended.") })
    .meta({ id: "RevokedPass" }),
);
