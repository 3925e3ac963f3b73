/** Why a request got no proper answer, in words a person in a notebook can act on. */
import { oneLine } from "./clean-text.js";
import { SilenceError } from "./http-sender.js";
import { errorFromBody, LabRequestError, type LabRequestErrorDetails } from "./request-error.js";

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? "");

const connectReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there. Start the lab, or check the port",
  ENOENT: "its socket file is not there. The lab makes it again within some seconds; try again then",
  ENOTFOUND: "no such host is known. Check the address",
  EAI_AGAIN: "its name could not be looked up. Check the network, then try again",
  ETIMEDOUT: "it did not answer in time. Check the network, then try again",
  EHOSTUNREACH: "no way leads there. Check the network and the address",
  ENETUNREACH: "no way leads there. Check the network and the address",
};

/** What to do about a silent server that is not known to be a lab of this machine. */
const whenSilentElsewhere = "Either it hangs, or it is no lab. Check the address, or ask who runs it.";

/** What is said of a server that took the connection and then said nothing for so many seconds. */
export const silenceText = (url: string, seconds: number, whenSilent: string = whenSilentElsewhere): string =>
  `${url} has said nothing for ${seconds} s. ${whenSilent}`;

export interface ConnectionFailure {
  readonly url: string;
  readonly cause: unknown;
  /** True once the answer had begun. */
  readonly began: boolean;
  /** What to do when the server says nothing, where that is known better than here. */
  readonly whenSilent?: string | undefined;
}

/** The error for a connection that could not be made, broke, or went silent. */
export function connectionError({ url, cause, began, whenSilent }: ConnectionFailure): LabRequestError {
  if (cause instanceof LabRequestError) return cause;
  if (cause instanceof SilenceError) {
    const silence = silenceText(url, cause.seconds, whenSilent);
    return new LabRequestError(began ? "connection_lost" : "connection_failed", silence, { cause });
  }
  const code = codeOf(cause);
  if (began || code === "ECONNRESET" || code === "EPIPE") {
    const message = `The connection to ${url} broke before the answer was complete. Ask again; \`await lab.health()\` says whether the lab still runs.`;
    return new LabRequestError("connection_lost", message, { cause });
  }
  const reason =
    connectReasons[code] ?? `${oneLine(String((cause as Error)?.message ?? cause), 200)}. Check the address`;
  return new LabRequestError("connection_failed", `${url} cannot be reached: ${reason}.`, { cause });
}

export interface FailedResponse {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Seconds a `Retry-After` header asks for, as seconds or as a date (RFC 9110, 10.2.3); null when it asks for none. */
export function retryAfterSeconds(header: string | string[] | undefined, now: number = Date.now()): number | null {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}

/** The error for an answer with a status that is not 2xx. */
export function responseError({ url, status, headers, text }: FailedResponse): LabRequestError {
  const requestId = headers["x-request-id"];
  const details: LabRequestErrorDetails = {
    status,
    requestId: typeof requestId === "string" ? oneLine(requestId, 100) : null,
    retryAfterSeconds: retryAfterSeconds(headers["retry-after"]),
  };
  return errorFromBody(jsonOrUndefined(text), status, details) ?? strangeAnswer(url, status, headers, details);
}

function strangeAnswer(
  url: string,
  status: number,
  headers: FailedResponse["headers"],
  details: LabRequestErrorDetails,
): LabRequestError {
  const ngrok = headers["ngrok-error-code"];
  if (typeof ngrok === "string") {
    const sentence = `ngrok answered ${status} (${oneLine(ngrok, 40)}) in place of the lab at ${url}. Is it still published? Ask its owner for the address.`;
    return new LabRequestError("connection_failed", sentence, details);
  }
  const location = headers.location;
  const what =
    status >= 300 && status < 400
      ? `sends on to ${oneLine(String(location ?? "?"), 200)}`
      : "says it in a form that is not LocalLab's";
  return new LabRequestError("not_a_lab", `${url} answered ${status} and ${what}. Check the address.`, details);
}

/** The parsed text; undefined when it is no JSON. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
