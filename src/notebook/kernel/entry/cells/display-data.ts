/** What a front end is shown for a value. */
import { inspect } from "node:util";
import type { DisplayData } from "../channels/thread-messages.js";

/**
 * A method of a value that says how it is shown: gives MIME types and what is shown for each, or nothing when it has
 * shown itself. Deno's kernel asks for the same.
 */
const displaySymbol = Symbol.for("Jupyter.display");

/** What a value is shown as at a cell's end and by `display`; undefined: as nothing. Later when its method says so. */
export function displayDataOf(value: unknown): DisplayData | undefined | Promise<DisplayData | undefined> {
  const own = ownDisplay(value);
  if (own === undefined) return { "text/plain": plainText(value) };
  const data = own();
  return data instanceof Promise ? data.then(readDisplayData) : readDisplayData(data);
}

function readDisplayData(data: unknown): DisplayData | undefined {
  if (typeof data !== "object" || data === null || Object.keys(data).length === 0) return undefined;
  return toDisplayData(data as Readonly<Record<string, unknown>>);
}

/** As front ends take it: bytes in base 64. */
export function toDisplayData(data: Readonly<Record<string, unknown>>): DisplayData {
  return Object.fromEntries(
    Object.entries(data)
      .filter(([, content]) => content !== undefined)
      .map(([mime, content]) => [
        mime,
        content instanceof Uint8Array ? Buffer.from(content).toString("base64") : content,
      ]),
  );
}

/** True for an object whose fields are named like MIME types: what a person means to be shown by its content. */
export const isDisplayData = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length > 0 &&
  Object.keys(value).every((key) => /^(?:text|image|application|audio|video)\/[\w.+-]+$/.test(key));

function ownDisplay(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = (value as Record<symbol, unknown>)[displaySymbol];
  return typeof method === "function" ? () => (method as () => unknown).call(value) : undefined;
}

/** Characters of a value that are shown: whole servers and processes are values, too. */
const mostCharacters = 20_000;

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  const text = inspect(value);
  if (text.length <= mostCharacters) return text;
  return `${text.slice(0, mostCharacters)}\n… ${text.length - mostCharacters} more characters: console.log shows all.`;
}
