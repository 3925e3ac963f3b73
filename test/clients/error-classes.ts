/** What the SDKs' errors are called, by the status that they come with; OpenAI's and Anthropic's call them the same. */
import type { ErrorCode } from "../../src/server/errors.js";
import { statusOfCode } from "../../src/server/http/errors.js";

const byStatus: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  429: "RateLimitError",
  500: "InternalServerError",
  503: "InternalServerError",
  529: "InternalServerError",
};

/** Codes that a generation can fail with. */
export const generationCodes = [
  "invalid_request",
  "no_model_loaded",
  "model_load_failed",
  "insufficient_scope",
  "model_not_found",
  "prompt_too_long",
  "too_many_concurrent",
  "rate_limited",
  "budget_exhausted",
  "queue_full",
  "internal_error",
  "model_loading",
  "engine_died",
  "engine_failed",
  "queue_timeout",
  "shutting_down",
] as const satisfies readonly ErrorCode[];

/** Whose errors they are. */
export type Api = "openai" | "anthropic";

/**
 * Status and class of the error that an SDK throws for a code. A prompt that is too long is 400 in both APIs; Anthropic's
 * says 529 for what passes by itself.
 */
export function expectedError(api: Api, code: ErrorCode): { readonly status: number; readonly name: string } {
  const passes = code === "queue_full" || code === "model_loading";
  const status = code === "prompt_too_long" ? 400 : api === "anthropic" && passes ? 529 : statusOfCode[code];
  const name = byStatus[status];
  if (name === undefined) throw new Error(`No class is known for ${status}.`);
  return { status, name };
}
