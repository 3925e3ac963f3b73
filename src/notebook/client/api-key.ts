/** A key that does not show itself when printed, logged or turned into JSON. */
import { inspect } from "node:util";
import { LabRequestError } from "./request-error.js";

/** The key of a lab. Printing it shows the last four characters only; `reveal()` gives the key itself. */
export interface ApiKey {
  /** The key in full. Mind where you put it: a cell's output is saved with the notebook. */
  reveal(): string;
  /** The key masked, as it prints: "••••" and its last four characters. */
  toString(): string;
}

/** Wraps a key. One of fewer than 12 characters is masked whole. */
export function maskedKey(key: string): ApiKey {
  const masked = key.length < 12 ? "••••" : `••••${key.slice(-4)}`;
  const shown = (): string => masked;
  return Object.freeze({ reveal: () => key, toString: shown, toJSON: shown, [inspect.custom]: shown });
}

/** Refuses a key that no lab has, and that no header can hold. Never shows it. */
export function refuseStrangeKey(key: unknown): void {
  if (key === undefined || (typeof key === "string" && /^[\x21-\x7e]*$/.test(key))) return;
  const what =
    typeof key === "string"
      ? "has a blank, a line end or a letter in it that no key has. Copy it again"
      : `is ${key === null ? "null" : `of type ${typeof key}`}. It is a text; leave it out for a lab without a key`;
  throw new LabRequestError("invalid_request", `apiKey ${what}.`, { param: "apiKey" });
}
