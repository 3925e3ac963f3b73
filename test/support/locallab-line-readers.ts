/**
 * How LocalLab's published clients read a stream, written from the rules they follow.
 *
 * Each takes everything the server sent and says what its user sees.
 */

export interface SeenText {
  readonly text: string;
  /** What the client reports as an error; undefined when it reports none. */
  readonly error: string | undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const blank = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Python's `str.strip()`. */
export function pythonStrip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && blank.test(text[start] as string)) start += 1;
  while (end > start && blank.test(text[end - 1] as string)) end -= 1;
  return text.slice(start, end);
}

const stringOrName = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/** Python's `json.loads`: undefined when it raises JSONDecodeError. */
function pythonJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(stringOrName, (match) => (match.startsWith('"') ? match : " 0 "))) };
  } catch {
    return undefined;
  }
}

/** aiohttp hands out lines up to a line feed, and fails at lines of 128 KiB. */
function aiohttpLines(stream: string): string[] {
  const lines = stream.split("\n").map(pythonStrip);
  if (stream.split("\n").some((line) => Buffer.byteLength(line) >= 131_072)) throw new RangeError("Chunk too big");
  return lines.filter((line) => line !== "");
}

/** The Python client's `stream_generate`; its synchronous twin hands on what this one yields. */
export function readGenerateInPython(stream: string): SeenText {
  let text = "";
  for (const line of aiohttpLines(stream)) {
    const payload = line.startsWith("data: ") ? line.slice(6) : line;
    if (payload === "[DONE]") break;
    if (payload.startsWith("Error:")) return { text, error: payload.replace("Error: ", "") };
    text += payload;
  }
  return { text, error: stream === "" ? "Stream ended unexpectedly" : undefined };
}

/** The Python client's `stream_chat`: what `chunk["content"]` adds up to, and the chunks themselves. */
export function readChatInPython(stream: string): SeenText & { readonly chunks: readonly unknown[] } {
  const chunks: { content: string }[] = [];
  let error: string | undefined;
  for (const line of aiohttpLines(stream)) {
    const json = pythonJson(line);
    if (json?.value === "[DONE]") break;
    if (json !== undefined) chunks.push(json.value as { content: string });
    else if (line.startsWith("Error:")) {
      error = line.replace("Error: ", "");
      break;
    }
  }
  return { text: chunks.map(({ content }) => content).join(""), error, chunks };
}

/** httpx splits lines wherever Python's `splitlines` does. */
const httpxLines = (stream: string): string[] => stream.split(httpxBreak);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const httpxBreak = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/;

/** The terminal client (`locallab chat`) on `/generate`. */
export function readGenerateInTerminal(stream: string): string {
  let text = "";
  for (const line of httpxLines(stream).map(pythonStrip)) {
    if (!line.startsWith("data: ")) continue;
    const payload = line.slice(6);
    if (payload === "[DONE]") break;
    if (pythonStrip(payload) === "") continue;
    const json = pythonJson(payload);
    text += json === undefined ? payload : textOfChunk(json.value);
  }
  return text;
}

/** What the terminal client finds in a chunk that is JSON; "" when it finds nothing, as in a bare number. */
function textOfChunk(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const chunk = value as {
    choices?: { delta?: { content?: string } }[];
    token?: string;
    text?: string;
    content?: string;
  };
  return chunk.choices?.[0]?.delta?.content ?? chunk.token ?? chunk.text ?? chunk.content ?? "";
}

/** The legacy JavaScript client: whatever arrives, as it is. */
export const readRawInJavaScript = (chunks: readonly Buffer[]): string =>
  chunks.map((chunk) => chunk.toString()).join("");

/** A reader of server-sent events by the standard (WHATWG HTML, 9.2.6): the data of every event. */
export function readEvents(stream: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  for (const line of stream.split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (data.length > 0) events.push(data.join("\n"));
      data = [];
    } else {
      const colon = line.indexOf(":");
      const [field, value] = colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
      if (field === "data") data.push(value);
    }
  }
  return events;
}
