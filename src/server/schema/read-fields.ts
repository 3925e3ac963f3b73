/**
 * The fields of a body under their own names: aliases resolved, unknown ones set aside.
 *
 * Only known names are copied, so `__proto__` and its like are unknown fields and nothing more.
 */
import { LabError } from "../errors.js";
import { shorten, showValue } from "./show-value.js";

/** More unknown fields than this are counted, not named. */
const namedFields = 10;

export interface Fields {
  readonly values: Readonly<Record<string, unknown>>;
  /** The name each field was sent under. */
  readonly sentAs: ReadonlyMap<string, string>;
  /** Names that are not known, in the order sent. */
  readonly unknown: readonly string[];
  /** Their values. */
  readonly rest: ReadonlyMap<string, unknown>;
  /** What is to be said of fields that have no effect. */
  readonly remarks: readonly Remark[];
}

/** A sentence about a field, for the warnings of the answer. */
export interface Remark {
  readonly param: string;
  readonly sentence: string;
}

/**
 * The fields of `body` whose names are `known`; `aliases` lead from other names to those. null is kept, for the
 * schema decides whether it means the default; beside a value under another name it counts for nothing.
 *
 * Refuses a body that is not an object, and a field that came under two names with different values.
 */
export function readFields(body: unknown, known: readonly string[], aliases: ReadonlyMap<string, string>): Fields {
  const values: Record<string, unknown> = {};
  const sentAs = new Map<string, string>();
  const rest = new Map<string, unknown>();
  for (const [sent, value] of Object.entries(objectOf(body))) {
    const name = known.includes(sent) ? sent : aliases.get(sent);
    if (name === undefined) rest.set(sent, value);
    else if (isNews(sent, value, sentAs.get(name) ?? name, values[name] ?? null)) {
      values[name] = value;
      sentAs.set(name, sent);
    }
  }
  return { values, sentAs, unknown: [...rest.keys()], rest, remarks: [] };
}

/** The fields with one that another was made into: errors name that. */
export const withSource = (fields: Fields, name: string, source: string): Fields => ({
  ...fields,
  sentAs: new Map([...fields.sentAs, [name, source]]),
});

/** The warning that names unknown fields; undefined when there are none. */
export function unknownWarning(unknown: readonly string[]): string | undefined {
  if (unknown.length === 0) return undefined;
  const names = unknown.slice(0, namedFields).map((name) => `"${shorten(name)}"`);
  const more = unknown.length - names.length;
  return `Unknown fields are ignored: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** Refuses unknown fields. For requests where a misspelt field would leave a limit out. */
export function refuseUnknown({ unknown }: Fields, known: readonly string[]): void {
  const [first] = unknown;
  if (first === undefined) return;
  throw new LabError("invalid_request", `There is no field "${shorten(first)}". There are ${known.join(", ")}.`, {
    param: shorten(first),
  });
}

/** Whether a field sent as `sent` says more than the one before it, if there was one, sent as `first`. */
function isNews(sent: string, value: unknown, first: string, firstValue: unknown): boolean {
  if (firstValue === null) return true;
  if (value !== null && value !== firstValue) throw twoValues(first, firstValue, sent, value);
  return false;
}

function objectOf(body: unknown): object {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  const shown = body === undefined ? "missing" : showValue(body);
  throw new LabError("invalid_request", `The body is ${shown}. It must be a JSON object.`);
}

function twoValues(first: string, firstValue: unknown, second: string, secondValue: unknown): LabError {
  const both = `${first} is ${showValue(firstValue)} and ${second} is ${showValue(secondValue)}`;
  return new LabError("invalid_request", `${both}, but they are one field. Send one of them.`, { param: second });
}
