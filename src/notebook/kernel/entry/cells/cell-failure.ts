/** An error as a cell shows it: the user's lines, causes, and one line for what lies in libraries. */
import { inspect } from "node:util";
import type { CellFailure } from "../channels/thread-messages.js";

/** Errors inside an error that are shown, and how deep. */
const mostInside = 10;
const deepest = 5;

/** The stop button. */
export const interrupted: CellFailure = {
  name: "Interrupted",
  message: "the cell was stopped",
  traceback: ["Interrupted."],
};

/** `mapStack` gives a stack the user's lines and takes the kernel's frames out. */
export function failureOf(error: unknown, mapStack: (stack: string) => string): CellFailure {
  try {
    if (!isError(error)) return failureOfValue(error);
    const { name, message } = namesOf(error);
    return { name, message, traceback: linesOf(error, mapStack, 0, new Set()) };
  } catch (unreadable) {
    // a getter that throws, a revoked proxy
    const message = `What was thrown cannot be read${reasonOf(unreadable)}`;
    return { name: "Error", message, traceback: [message] };
  }
}

/** Of what was thrown while something thrown was read: it may be no better. */
function reasonOf(unreadable: unknown): string {
  try {
    return `: ${String((unreadable as Error).message)}`;
  } catch {
    return "";
  }
}

/** Anything can be thrown in JavaScript. */
function failureOfValue(value: unknown): CellFailure {
  const message = typeof value === "string" ? value : inspect(value);
  return { name: "Thrown", message, traceback: `Thrown: ${inspect(value)}`.split("\n") };
}

function namesOf(error: Error): { name: string; message: string } {
  return { name: String(error.name || "Error"), message: String(error.message ?? "") };
}

function linesOf(
  error: unknown,
  mapStack: (stack: string) => string,
  depth: number,
  above: ReadonlySet<unknown>,
): string[] {
  if (!isError(error)) return inspect(error).split("\n");
  // an error that says itself how it looks
  if (typeof (error as unknown as Record<symbol, unknown>)[inspect.custom] === "function")
    return inspect(error).split("\n");
  const inside = new Set(above).add(error);
  const tell = (other: unknown): string[] =>
    inside.has(other) || depth >= deepest ? ["…"] : linesOf(other, mapStack, depth + 1, inside);
  const errors = error instanceof AggregateError || Array.isArray((error as AggregateError).errors);
  const all: readonly unknown[] = errors ? (error as AggregateError).errors : [];
  return [
    ...headLines(error),
    ...fieldLines(error),
    ...frameLines(error, mapStack),
    ...all.slice(0, mostInside).flatMap((one, index) => indented(`${index + 1}. `, tell(one))),
    ...(all.length > mostInside ? [`  … and ${all.length - mostInside} more`] : []),
    ...("cause" in error && error.cause !== undefined ? indented("Caused by: ", tell(error.cause)) : []),
  ];
}

function headLines(error: Error): string[] {
  const { name, message } = namesOf(error);
  return (message === "" ? name : `${name}: ${message}`).split("\n");
}

/** What Node and libraries add: `code`, `path`, … */
function fieldLines(error: Error): string[] {
  const known = ["name", "message", "stack", "cause", "errors"];
  const fields = Object.fromEntries(Object.entries(error).filter(([key]) => !known.includes(key)));
  return Object.keys(fields).length === 0 ? [] : inspect(fields, { depth: 1, breakLength: 100 }).split("\n");
}

/** Frames of the user's code as they are; those of libraries between them as one line; Node's own not at all. */
function frameLines(error: Error, mapStack: (stack: string) => string): string[] {
  const lines: string[] = [];
  let folded: string[] = [];
  const fold = (): void => {
    if (folded.length > 0) lines.push(`    … in ${[...new Set(folded)].join(", ")}`);
    folded = [];
  };
  for (const line of mapStack(String(error.stack ?? "")).split("\n")) {
    if (!/^\s+at /.test(line) || /\(?node:internal\/|\(?node:|\(native\)|\(<anonymous>\)$/.test(line)) continue;
    const library = libraryOf(line);
    if (library !== undefined) folded.push(library);
    else {
      fold();
      lines.push(`    ${line.trim()}`);
    }
  }
  fold();
  return lines;
}

/** The package a frame lies in; undefined for the user's own files. */
function libraryOf(frame: string): string | undefined {
  if (frame.includes(ownFolder)) return "locallab";
  const name = /.*[\\/]node_modules[\\/](?<name>@[^\\/]+[\\/][^\\/]+|[^\\/]+)[\\/]/.exec(frame)?.groups?.name;
  return name?.replaceAll("\\", "/");
}

/** The library's compiled files, in stack traces. */
const ownFolder = new URL("../../../..", import.meta.url).href.replace(/^file:\/\//, "");

const indented = (first: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => (index === 0 ? `  ${first}${line}` : `  ${line}`));

/** Also one of another realm, for example of a `vm` context. */
const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
