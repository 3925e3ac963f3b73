/** What a request to a lab fails with. Prints as its sentence; the stack stays in `stack`. */
import { inspect } from "node:util";
import type { ErrorBody } from "../../server/wire/system.js";
import { cleanText } from "./clean-text.js";

/** A request that failed, in words: what is wrong and what to do. */
export interface LabRequestErrorDetails {
  /** HTTP status; null when no answer came. */
  status?: number | null;
  /** The field that is to blame, as on the wire. */
  param?: string | null;
  /** Id of the request, as in the server's log. */
  requestId?: string | null;
  /** Seconds after which trying again makes sense; null when the server did not say. */
  retryAfterSeconds?: number | null;
  cause?: unknown;
}

/**
 * A request to a lab that failed.
 *
 * `code` is one of the server's error table, or one of ours: `connection_failed`, `connection_lost`,
 * `not_a_lab`, `request_cancelled`, `lab_stopped`, `lab_ended`, `no_lab`, `conversation_busy`.
 */
export class LabRequestError extends Error {
  override readonly name = "LabRequestError";
  readonly code: string;
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** The field that is to blame; null when it is none. */
  readonly param: string | null;
  /** Id of the request, to find it in the server's log; null when no answer came. */
  readonly requestId: string | null;
  /** Seconds after which trying again makes sense; null when the server did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(code: string, message: string, details: LabRequestErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? null;
    this.param = details.param ?? null;
    this.requestId = details.requestId ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    Object.defineProperty(this, inspect.custom, { enumerable: false, value: () => printed(this) });
  }
}

/** The sentence, then what a search in the server's log or the error table needs. */
function printed({ message, code, param, retryAfterSeconds, requestId }: LabRequestError): string {
  const place = [
    code,
    param && `field ${param}`,
    retryAfterSeconds !== null && `try again in ${retryAfterSeconds} s`,
    requestId && `request ${requestId}`,
  ];
  return `${message}\n(${place.filter(Boolean).join(", ")})`;
}

/** The error for a request that its own side ended. */
export const cancelledError = (): LabRequestError =>
  new LabRequestError("request_cancelled", "The request was cancelled before it was finished.");

/** What a person can do in a cell, where the server can only say what is wrong. */
const advice: Readonly<Record<string, string>> = {
  model_not_found: "In a cell: await lab.models.list().",
  no_model_loaded: 'In a cell: await lab.models.load("sample").',
  missing_api_key: "In a cell: connectLab(url, { apiKey: … }).",
  invalid_api_key: "In a cell: connectLab(url, { apiKey: … }).",
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const textOr = (value: unknown, fallback: string | null): string | null =>
  typeof value === "string" && value !== "" ? cleanText(value).slice(0, 2000) : fallback;

/** The error for an error body of the lab's; undefined when the value is none. */
export function errorFromBody(
  body: unknown,
  status: number | null,
  details: LabRequestErrorDetails = {},
): LabRequestError | undefined {
  const { error, detail } = (isRecord(body) ? body : {}) as Partial<ErrorBody>;
  if (!isRecord(error) && typeof detail !== "string") return undefined;
  const fields: Record<string, unknown> = isRecord(error) ? error : {};
  const code = textOr(fields.code, null) ?? `http_${status ?? "error"}`;
  const message = textOr(fields.message, null) ?? textOr(detail, null) ?? "The lab refused without a reason.";
  const sentence = advice[code] === undefined ? message : `${message} ${advice[code]}`;
  return new LabRequestError(code, sentence, { ...details, status, param: textOr(fields.param, null) });
}
