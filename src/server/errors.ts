/**
 * The errors this project throws on purpose.
 *
 * Each carries a stable `code`; nothing here knows about HTTP. The table that turns a code
 * into a status lives in `http/errors.ts`, and a test holds it equal to that of `docs/errors.md`.
 */

/** Every code a client can meet, with the sentence that table shows. */
export const errorCodes = {
  invalid_request: "A field is missing, has the wrong type or is out of range; `param` names it.",
  no_model_loaded: "No model is loaded and none was named.",
  model_load_failed: "The model file exists but could not be loaded; the message says why.",
  model_load_interrupted: "The model could not be loaded this time: memory or a kill; see Retry-After.",
  missing_api_key: "The server has a key and the request brought none.",
  invalid_api_key: "The key is not known, was revoked or has expired.",
  insufficient_scope: "The key is known but may not do this.",
  not_found: "No such route.",
  model_not_found: "No model has this id.",
  request_not_found: "No running or waiting request has this id.",
  pass_not_found: "No pass has this id.",
  stream_not_found: "No stream of this key with this id is kept.",
  method_not_allowed: "The route exists, with another method.",
  request_cancelled: "The request was cancelled by its id.",
  prompt_too_long: "The prompt does not fit into the context; both numbers are in the message.",
  unsupported_expectation: "The Expect header asks for something else than 100-continue.",
  body_too_large: "The body is larger than the limit.",
  unsupported_media_type: "The body is not JSON, or is compressed.",
  misdirected_host: "The Host header is not one this server answers to.",
  rate_limited: "Too many requests in a minute or a second; see Retry-After.",
  too_many_concurrent: "The published listener serves as many requests at once as it may; see Retry-After.",
  budget_exhausted: "The key has used up its requests or tokens.",
  no_authtoken: "Publishing needs an ngrok authtoken and none was found.",
  publish_failed: "The lab could not be published; the message says why and what to do.",
  publish_check_failed: "The lab's own check through its public address found something wrong; it is not published.",
  model_loading: "The model is loading; see Retry-After.",
  engine_restarting: "The engine died and is coming back; see Retry-After.",
  engine_died: "The engine died while it worked on this request; send it again.",
  engine_failed: "The engine died again and again and stays down until a model is loaded.",
  queue_full: "Too many requests wait already; see Retry-After.",
  queue_timeout: "max_time ran out before the request got its turn; sent again as it is, it would wait as long.",
  shutting_down: "The server is stopping.",
  internal_error: "Something unforeseen; the request id says where to look in the log.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface LabErrorOptions {
  /** The request field that is to blame, as on the wire. */
  param?: string;
  /** Seconds after which trying again makes sense; at least 1. */
  retryAfterSeconds?: number;
  /** How many there may be, where a limit refused the request. */
  limit?: number;
  cause?: unknown;
}

/** An error with a code a program can act on and a message that says what is wrong and what to do. */
export class LabError extends Error {
  override readonly name = "LabError";
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly limit: number | undefined;

  constructor(code: ErrorCode, message: string, options: LabErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.param = options.param;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.limit = options.limit;
  }
}

/** A command line or variable that is not understood: nothing was begun. */
export class UsageError extends LabError {
  constructor(message: string, cause?: unknown) {
    super("invalid_request", message, { cause });
  }
}
