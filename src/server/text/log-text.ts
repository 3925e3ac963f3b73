/** A line of a lab's log as a person reads it: when, how grave, what, then the rest as name=value. */

/** Letters of one value that are shown. */
const mostShown = 200;

interface Shown {
  readonly time?: unknown;
  readonly level?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
  readonly error?: unknown;
  readonly [field: string]: unknown;
}

/**
 * The line, without its end. Times are of the reader's zone, with the day where that is not `now`'s. What is no line of
 * the log, such as the words of a program that died, stays as it is.
 */
export function logText(line: string, now: Date = new Date()): string {
  const told = parsed(line);
  if (told === undefined) return line;
  const { time, level, message, reason, error, ...rest } = told;
  const why = typeof reason === "string" ? reason : messageOf(error);
  const facts = Object.entries(rest).flatMap(([name, value]) => {
    const text = valueText(value);
    return text === "" ? [] : [`${name}=${text}`];
  });
  const sentence = `${String(message)}${why === "" ? "" : `: ${why}`}`;
  return [timeText(String(time), now), String(level).padEnd(5), sentence, ...(facts.length > 0 ? ["", ...facts] : [])]
    .join(" ")
    .trimEnd();
}

/** How grave a line is: "debug", "info", "warn" or "error"; undefined for what is no line of the log. */
export function logLevelOf(line: string): string | undefined {
  const level = parsed(line)?.level;
  return typeof level === "string" ? level : undefined;
}

function parsed(line: string): Shown | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(line) as Shown | null;
    return typeof value?.message === "string" && typeof value.level === "string" ? value : undefined;
  } catch {
    // cut off by a crash
    return undefined;
  }
}

const messageOf = (error: unknown): string => {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  if (typeof message === "string") return message;
  return typeof error === "string" ? error : "";
};

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object" && messageOf(value) !== "") return JSON.stringify(messageOf(value));
  const text = typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}

function timeText(time: string, now: Date): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const clock = date.toTimeString().slice(0, 8);
  // "Nov 24"
  return date.toDateString() === now.toDateString() ? clock : `${date.toDateString().slice(4, 10)} ${clock}`;
}
