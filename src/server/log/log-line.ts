/** One line of the log, made of whatever it was given. */
import { visibleText } from "../text/visible-text.js";

/** Fields whose value is never written, whatever it is. */
const secretField = /(authorization|api[-_]?key|token$|authtoken|secret|password|cookie)/i;
/** Causes of causes, and errors beside each other, that a line shows. */
const mostErrors = 5;

/** JSON on one line, without a character that a terminal obeys. Never throws: what cannot be told is named. */
export function logLine(fields: Readonly<Record<string, unknown>>): string {
  // JSON leaves DEL, C1 and the characters that turn the direction of writing as they are
  return visibleText(jsonOf(fields));
}

function jsonOf(fields: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(fields, tellable);
  } catch (error) {
    // a field that refers to itself, or throws when it is read
    const { time, level, message } = fields;
    return JSON.stringify({ time, level, message, untold: error instanceof Error ? error.message : "its fields" });
  }
}

function tellable(key: string, value: unknown): unknown {
  if (secretField.test(key) && typeof value === "string") return "[redacted]";
  if (typeof value === "bigint") return String(value);
  return value instanceof Error ? toldError(value, mostErrors) : value;
}

/** The error and what caused it, as far as it goes. */
function toldError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  const errors = error instanceof AggregateError ? error.errors.slice(0, mostErrors) : undefined;
  const told = (one: unknown): unknown => {
    if (!(one instanceof Error)) return one;
    return depth > 0 ? toldError(one, depth - 1) : one.message;
  };
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    stack,
    ...(cause !== undefined && { cause: told(cause) }),
    ...(errors !== undefined && { errors: errors.map(told) }),
  };
}
