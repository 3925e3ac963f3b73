/** Errors as HTTP: the status of every code, and the body every error has. */
import { type ErrorCode, LabError } from "../errors.js";
import type { ErrorBody } from "../wire/system.js";

export const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  no_model_loaded: 400,
  // 4xx although the server is to blame: the same file fails again, and clients repeat every 5xx by themselves
  model_load_failed: 400,
  no_authtoken: 400,
  publish_failed: 400,
  publish_check_failed: 400,
  missing_api_key: 401,
  invalid_api_key: 401,
  insufficient_scope: 403,
  not_found: 404,
  model_not_found: 404,
  request_not_found: 404,
  pass_not_found: 404,
  stream_not_found: 404,
  method_not_allowed: 405,
  prompt_too_long: 413,
  body_too_large: 413,
  unsupported_media_type: 415,
  unsupported_expectation: 417,
  misdirected_host: 421,
  rate_limited: 429,
  too_many_concurrent: 429,
  budget_exhausted: 429,
  queue_full: 429,
  // "client closed request", as nginx and others say it; clients do not repeat it
  request_cancelled: 499,
  internal_error: 500,
  model_load_interrupted: 503,
  model_loading: 503,
  engine_restarting: 503,
  engine_died: 503,
  engine_failed: 503,
  queue_timeout: 503,
  shutting_down: 503,
};

const typeOfStatus: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  429: "rate_limit_error",
};

export interface ErrorReply {
  readonly status: number;
  readonly body: ErrorBody;
  /** Whole seconds, at least 1; undefined when trying again is of no use. */
  readonly retryAfterSeconds: number | undefined;
  /** How many there may be, where a limit refused it and said so. */
  readonly limit: number | undefined;
  /** True for an error that is not ours: it belongs in the log, and nothing of it in the reply. */
  readonly unexpected: boolean;
}

/** An error as one API tells it. */
export interface ToldError {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Status and body for any error; of one that is not ours only that it happened. */
export function errorReply(error: unknown): ErrorReply {
  const known = asLabError(error);
  const status = statusOfCode[known?.code ?? "internal_error"];
  return {
    status,
    body: errorBody(known ?? hidden, status),
    retryAfterSeconds: retryAfter(status, known?.retryAfterSeconds),
    limit: known?.limit,
    unexpected: known === undefined || known.code === "internal_error",
  };
}

/** The body of an error; `status` where a route deviates from the table. */
export function errorBody(error: LabError, status: number = statusOfCode[error.code]): ErrorBody {
  const type = typeOfStatus[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
  return {
    detail: error.message,
    error: { message: error.message, type, param: error.param ?? null, code: error.code },
  };
}

const hidden = new LabError(
  "internal_error",
  "The server met something unforeseen. The log has more under the id of this request (X-Request-Id).",
);

function retryAfter(status: number, seconds: number | undefined): number | undefined {
  // a 503 that says no time does not end by itself: clients that came back would only wait again
  if (seconds === undefined && status !== 429) return undefined;
  const whole = Math.ceil(seconds ?? 1);
  return Number.isFinite(whole) ? Math.max(1, whole) : 1;
}

/** Codes for errors that Koa, its router or the body reader throw with a status of their own. */
const codeOfForeignStatus: Readonly<Record<number, ErrorCode>> = {
  404: "not_found",
  405: "method_not_allowed",
  413: "body_too_large",
  415: "unsupported_media_type",
};

function asLabError(error: unknown): LabError | undefined {
  if (error instanceof LabError) return error;
  const { status, expose, message } = (error ?? {}) as { status?: unknown; expose?: unknown; message?: unknown };
  if (typeof status !== "number" || status < 400 || status > 499 || expose !== true) return undefined;
  return new LabError(codeOfForeignStatus[status] ?? "invalid_request", `The request was refused: ${String(message)}.`);
}
