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

/**
 * As front ends take it: text, bytes in base 64, and JSON for JSON's types. What is undefined, or null as text, is left out.
 *
 * @throws {TypeError} For content that cannot be sent, such as a BigInt in JSON; it names the MIME type.
 */
export function toDisplayData(data: Readonly<Record<string, unknown>>): DisplayData {
  return Object.fromEntries(
    Object.entries(data)
      .map(([mime, content]) => [mime, toContent(mime, content)] as const)
      .filter(([, content]) => content !== undefined),
  );
}

function toContent(mime: string, content: unknown): unknown {
  if (typeof content === "string" || content === undefined) return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString("base64");
  if (content instanceof ArrayBuffer) return Buffer.from(content).toString("base64");
  try {
    const isJson = /[/+]json$/.test(mime);
    // old front ends send a text as its lines
    if (isJson || Array.isArray(content)) return asJson(content);
    return content === null ? undefined : String(content);
  } catch (error) {
    throw new TypeError(`What is to be shown as ${mime} cannot be sent to the notebook: ${(error as Error).message}`);
  }
}

function asJson(content: unknown): unknown {
  const text = JSON.stringify(content) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** True for an object whose fields are named like MIME types: what a person means to be shown by its content. */
export const isDisplayData = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length > 0 &&
  Object.keys(value).every((key) => /^(?:text|image|application|audio|video)\/[\w.+-]+$/.test(key));

function ownDisplay(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = displayMethod(value);
  return typeof method === "function" ? () => (method as () => unknown).call(value) : undefined;
}

function displayMethod(value: object): unknown {
  try {
    return (value as Record<symbol, unknown>)[displaySymbol];
  } catch {
    // a proxy that refuses names it does not know
    return undefined;
  }
}

/** Characters of a value that are shown: whole servers and processes are values, too. */
const mostCharacters = 20_000;

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  const text = inspect(value);
  if (text.length <= mostCharacters) return text;
  return `${text.slice(0, mostCharacters)}\n… ${text.length - mostCharacters} more characters: console.log shows all.`;
}
