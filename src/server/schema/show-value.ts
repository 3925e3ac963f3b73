/** A value as an error message shows it: scalars shortened to 80 characters, the rest by kind only. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return `"${shorten(value)}"`;
  if (Array.isArray(value)) return value.length === 1 ? "a list of 1" : `a list of ${value.length}`;
  // never printed: it may be nested deeper than the stack
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** The text on one line, with at most 80 characters of it. */
export function shorten(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 79).replace(/[\uD800-\uDBFF]$/u, "")}…` : text;
  return short.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}
