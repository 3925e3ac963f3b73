/** Errors as OpenAI's API tells them: its SDKs choose the exception by the status and show type, code and param. */
import type { OpenaiErrorBody } from "../../wire/openai.js";
import type { ErrorReply, ToldError } from "../errors.js";

/** Codes that have another name there. The others are as in LocalLab's table. */
const codes: Readonly<Record<string, string>> = {
  prompt_too_long: "context_length_exceeded",
  rate_limited: "rate_limit_exceeded",
  budget_exhausted: "insufficient_quota",
};

/** Statuses that are others there. */
const statuses: Readonly<Record<string, number>> = { prompt_too_long: 400 };

const types: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  429: "rate_limit_error",
};

/** Fields that the server calls otherwise than the API does. */
const params: Readonly<Record<string, string>> = { model_id: "model", max_length: "max_tokens" };

export function openaiError(reply: ErrorReply): ToldError {
  const { message, param, code } = reply.body.error;
  const status = statuses[code] ?? reply.status;
  const error = {
    message,
    type: typeOf(status, code),
    param: param === null ? null : (params[param] ?? param),
    code: codes[code] ?? code,
  };
  // clients repeat every 429 and 503 by themselves; these would be refused again
  const isFinal = code === "budget_exhausted" || (status === 503 && reply.retryAfterSeconds === undefined);
  const headers: ToldError["headers"] = isFinal ? { "x-should-retry": "false" } : {};
  return { status, body: { error } satisfies OpenaiErrorBody, headers };
}

function typeOf(status: number, code: string): string {
  if (code === "budget_exhausted") return "insufficient_quota";
  return types[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
}
