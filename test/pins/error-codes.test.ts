/**
 * The codes of errors with their status: a client may depend on each.
 *
 * Proved able to fail: `queue_full: 429` changed to 503 in http/errors.ts failed it.
 */
import { expect } from "chai";
import { statusOfCode } from "../../src/server/http/errors.js";

const pinned = {
  body_too_large: 413,
  budget_exhausted: 429,
  engine_died: 503,
  engine_failed: 503,
  engine_restarting: 503,
  insufficient_scope: 403,
  internal_error: 500,
  invalid_api_key: 401,
  invalid_request: 400,
  method_not_allowed: 405,
  misdirected_host: 421,
  missing_api_key: 401,
  model_load_failed: 400,
  model_load_interrupted: 503,
  model_loading: 503,
  model_not_found: 404,
  no_authtoken: 400,
  no_model_loaded: 400,
  not_found: 404,
  pass_not_found: 404,
  prompt_too_long: 413,
  publish_check_failed: 400,
  publish_failed: 400,
  queue_full: 429,
  queue_timeout: 503,
  rate_limited: 429,
  request_cancelled: 499,
  request_not_found: 404,
  shutting_down: 503,
  stream_not_found: 404,
  too_many_concurrent: 429,
  unsupported_expectation: 417,
  unsupported_media_type: 415,
};

describe("the codes of errors", () => {
  it("are these, with these statuses", () => expect(statusOfCode).to.deep.equal(pinned));
});
