/** Body of `POST /passes`, checked. */
import { LabError } from "../errors.js";
import type { PassScope } from "../wire/passes.js";
import { checkFields } from "./check-fields.js";
import { secondsOf } from "./duration-field.js";
import { passFieldNames, passRequest } from "./pass-schema.js";
import { readFields } from "./read-fields.js";
import { refuseUnknown } from "./refuse-unknown.js";

export interface PassCall {
  readonly name: string;
  readonly scopes: readonly PassScope[];
  /** Milliseconds since 1970; null for no end. */
  readonly expiresAt: number | null;
  readonly maxRequests: number | null;
  readonly maxTokens: number | null;
  /** null for every one. */
  readonly models: readonly string[] | null;
}

const mostSeconds = 365 * 86_400;
/** Fields without which there is no limit, or a long one. */
const limits: readonly string[] = ["expires_in", "max_requests", "max_tokens", "models"];

/** Refuses with `invalid_request` and the field that is wrong. */
export function parsePass(body: unknown): PassCall {
  const fields = readFields(body ?? {}, passFieldNames);
  refuseUnknown(fields, passFieldNames);
  refuseNullLimits(body ?? {});
  const { name, scopes, expires_in, max_requests, max_tokens, models } = checkFields(passRequest, fields);
  if (!/^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(name) || name.trim() !== name) {
    throw new LabError(
      "invalid_request",
      "name has blanks around it or characters that cannot be seen. Leave them out.",
      {
        param: "name",
      },
    );
  }
  const seconds = expires_in === "never" ? null : secondsOf(expires_in ?? "24h", "expires_in", 1, mostSeconds);
  return {
    name,
    scopes: [...new Set(scopes)],
    expiresAt: seconds === null ? null : Date.now() + seconds * 1000,
    maxRequests: max_requests,
    maxTokens: max_tokens,
    models: models === null ? null : [...new Set(models)],
  };
}

/** A pass without limit is asked for by leaving the field out. */
function refuseNullLimits(body: object): void {
  const param = limits.find((name) => (body as Record<string, unknown>)[name] === null);
  if (param === undefined) return;
  throw new LabError(
    "invalid_request",
    `${param} is null, which is what JSON makes of NaN and Infinity. Leave the field out for ${param === "expires_in" ? "24 hours" : "no limit"}.`,
    { param },
  );
}
