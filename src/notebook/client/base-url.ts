/** The address of a lab as a person types it. */
import { LabRequestError } from "./request-error.js";

const refuse = (text: string, want: string): LabRequestError =>
  new LabRequestError("invalid_request", `"${text}" is not the address of a lab. ${want}`, { param: "url" });

/**
 * The address without a slash at the end, and without the "/v1" that clients of OpenAI write behind it. Refuses what is
 * not http(s) or carries a user, a password or a query.
 */
export function baseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse(String(text), 'Write it like "http://127.0.0.1:8000".');
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refuse(text, 'It begins with "http://" or "https://".');
  }
  if (url.username !== "" || url.password !== "") {
    throw refuse(`${url.protocol}//…@${url.host}`, "Leave the user and password out; give the key as { apiKey }.");
  }
  if (url.search !== "" || url.hash !== "") throw refuse(`${url.origin}…`, "Leave out everything after the path.");
  return url.origin + url.pathname.replace(/(?:\/+v1)?\/*$/, "");
}

/** True when the address is of this machine. */
export const isLoopback = (url: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
