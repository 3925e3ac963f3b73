/** Errors as Anthropic's API tells them: its SDKs choose the exception by the status, and show the type. */
import type { ErrorReply, ToldError } from "../errors.js";

const types: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  503: "overloaded_error",
  529: "overloaded_error",
};

export function anthropicError({ status: ours, body }: ErrorReply, requestId: string): ToldError {
  const { message, code } = body.error;
  const status = code === "prompt_too_long" ? 400 : ours;
  const error = { type: types[status] ?? "invalid_request_error", message };
  return { status, body: { type: "error", error, request_id: requestId }, headers: { "request-id": requestId } };
}
