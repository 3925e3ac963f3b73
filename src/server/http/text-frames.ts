/**
 * A model's text as plain text frames that every published reader of LocalLab takes in whole.
 *
 * The readers differ. The Python client strips blanks from the end of a line, ends at a frame that is `[DONE]` and
 * fails at one that begins with `Error:`. The terminal client breaks lines wherever Unicode does, and drops a frame
 * that happens to be JSON. Neither can carry a line break: as LocalLab does, it is sent as backslash and n. So a frame
 * that would come out wrong is taken apart, or held back and joined to what follows.
 */
import { dataFrame, doneFrame } from "./sse.js";

/** All that Python's `splitlines` breaks at; a carriage return and line feed are one break. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const lineBreak = /\r\n|[\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029]/g;

/** All that Python's `strip` takes from the end of a line and that is no line break. */
const blanks: ReadonlySet<string> = new Set(
  "\t \x1f\xa0\u1680\u202f\u205f\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a",
);

/** Blanks in a row that are carried; a model that has lost its way makes thousands, and readers limit their lines. */
const carriedBlanks = 1024;

/** Makes a text no JSON and is not seen: zero width space. */
const invisible = "\u200b";

export class TextFrames {
  /** Text that cannot be sent yet. Ends in a carriage return when a line feed may follow. */
  #held = "";

  /** The frames that can be sent now; "" when the text has to wait for more. */
  push(text: string): string {
    const raw = this.#held + text;
    const tail = raw.endsWith("\r") ? "\r" : "";
    const line = raw.slice(0, raw.length - tail.length).replace(lineBreak, "\\n");
    const body = withoutTrailingBlanks(line);
    const wait = body === "" || isNumber(body);
    this.#held = (wait ? body : "") + line.slice(body.length, body.length + carriedBlanks) + tail;
    return wait ? "" : framesOf(body);
  }

  /** The frames that end a stream that went well. Blanks at the very end of an answer cannot be carried. */
  end(): string {
    const rest = this.#rest();
    if (rest === "") return doneFrame;
    return (isNumber(rest) ? lastNumber(rest) : framesOf(rest)) + doneFrame;
  }

  /** The frames that end a stream that failed: the form the Python client takes as an error. */
  fail(message: string): string {
    const rest = this.#rest();
    // the Python client sends the whole request again when it reads "timeout"
    const line = message.replace(lineBreak, " ").replace(/timeout/gi, "time limit");
    return (rest === "" ? "" : dataFrame(rest)) + dataFrame(`Error: ${line}`);
  }

  #rest(): string {
    const rest = withoutTrailingBlanks(this.#held.replace(lineBreak, "\\n"));
    this.#held = "";
    return rest;
  }
}

function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && blanks.has(line[end - 1] as string)) end -= 1;
  return line.slice(0, end);
}

/** Frames that none of the readers takes for anything but text; a number is the one thing that cannot be made so. */
function framesOf(body: string): string {
  const cut = dangerousPrefix(body);
  return cut === 0 ? dataFrame(body) : dataFrame(body.slice(0, cut)) + framesOf(body.slice(cut));
}

/** How many characters to send apart, so that the rest is harmless: what ends or fails a stream, and JSON. */
function dangerousPrefix(body: string): number {
  if (body.startsWith("Error:")) return 2;
  if (body === "[DONE]") return 3;
  if (isNumber(body) || !isJson(body)) return 0;
  // without its first character nothing is JSON, but -Infinity would be Infinity
  return body.search(/[^ \t]/) + (body.endsWith("-Infinity") ? 2 : 1);
}

/**
 * A number at the very end has nothing to be joined to. The first line is read by the Python client, which stops at the
 * second; the terminal client drops the first, and to readers of events neither is anything. They get the number behind
 * a character that is not seen.
 */
function lastNumber(rest: string): string {
  return ` data: ${rest}\n[DONE]\n\n${dataFrame(invisible + rest)}`;
}

/** Source: RFC 8259, 6. */
const isNumber = (text: string): boolean => /^[ \t]*-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);

/** Whether Python's `json.loads` takes it: JSON and three names. */
function isJson(text: string): boolean {
  if (/^[ \t]*(?:NaN|-?Infinity)$/.test(text)) return true;
  if (!/^[ \t]*[[{"tfn]/.test(text)) return false;
  try {
    JSON.parse(text.replace(/-?Infinity|NaN/g, " 0 "));
    return true;
  } catch {
    return false;
  }
}
