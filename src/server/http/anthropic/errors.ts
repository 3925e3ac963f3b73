/** Errors as Anthropic's API tells them: its SDKs choose the exception by the status, and show type and message. */
import type { AnthropicError, AnthropicErrorType } from "../../wire/anthropic-answers.js";
import type { ErrorReply, ToldError } from "../errors.js";
import type { LabContext } from "../route.js";

const types: Readonly<Record<number, AnthropicErrorType>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

/** Fields that the server calls otherwise than the API does. */
const params: Readonly<Record<string, string>> = {
  model_id: "model",
  max_length: "max_tokens",
  stop: "stop_sequences",
};

export function anthropicError(
  { status: ours, body, retryAfterSeconds }: ErrorReply,
  requestId: string,
): ToldError & { readonly body: AnthropicError } {
  const { message, code, param } = body.error;
  const status = statusOf(ours, code, retryAfterSeconds);
  const told: AnthropicError = {
    type: "error",
    error: {
      type: types[status] ?? (status >= 500 ? "api_error" : "invalid_request_error"),
      // clients look for these words before they shorten a conversation
      message:
        code === "prompt_too_long" && !/prompt is too long/i.test(message) ? `prompt is too long: ${message}` : message,
      details: { error_code: codeOf(code, param), param: param === null ? null : (params[param] ?? param) },
    },
    request_id: requestId,
  };
  return {
    status,
    body: told,
    headers: {
      "request-id": requestId,
      ...(isHopeless(status, code, retryAfterSeconds) && { "x-should-retry": "false" }),
    },
  };
}

/**
 * A conversation that is to be kept here is refused in the word that the SDKs know: their runners of tools then send all of
 * it themselves. Without it they would send the last turn alone.
 */
const codeOf = (code: string, param: string | null): string =>
  code === "invalid_request" && param === "thread" ? "thread_unsupported_request" : code;

/** That API's SDKs show the request's id under another name than OpenAI's. */
export function tellRequestId(ctx: LabContext): void {
  ctx.set("request-id", ctx.state.requestId);
}

/** That API says 529 for what passes by itself: a queue that is full, a model that loads or comes back. */
function statusOf(status: number, code: string, retryAfterSeconds: number | undefined): number {
  if (code === "prompt_too_long") return 400;
  if (code === "queue_full" || (status === 503 && retryAfterSeconds !== undefined)) return 529;
  return status;
}

/** Its SDKs send again whatever was 429 or a 5xx, unless they are told that it would end the same way. */
const isHopeless = (status: number, code: string, retryAfterSeconds: number | undefined): boolean =>
  code === "budget_exhausted" || (status === 503 && retryAfterSeconds === undefined);
