/** A value as some models write it instead of JSON: keys are bare, texts stand between marks of their own. */
interface ReadValue {
  readonly json: string;
  /** Where the text goes on behind it. */
  readonly end: number;
}

/** Levels of objects and lists in a value: no real one has so many. */
const deepest = 64;

/**
 * The value at this place of the text as JSON, JSON itself included; `more` where the text ends within it, null where there
 * is none.
 */
export function readDictValue(
  text: string,
  from: number,
  marks: readonly [open: string, close: string],
): ReadValue | "more" | null {
  return readValue({ text, marks }, from, 0);
}

interface Source {
  readonly text: string;
  readonly marks: readonly [open: string, close: string];
}

function readValue(source: Source, from: number, depth: number): ReadValue | "more" | null {
  const { text, marks } = source;
  const at = behindBlanks(text, from);
  if (at >= text.length || depth > deepest) return depth > deepest ? null : "more";
  const [open, close] = marks;
  if (text.startsWith(open, at)) return readBetween(text, at + open.length, close);
  if (open.startsWith(text.slice(at))) return "more";
  const unit = text[at];
  if (unit === '"') return readJsonText(text, at);
  if (unit === "{") return readItems(source, at, "}", depth);
  if (unit === "[") return readItems(source, at, "]", depth);
  return readBare(text, at);
}

function readBetween(text: string, from: number, close: string): ReadValue | "more" {
  const end = text.indexOf(close, from);
  if (end < 0) return "more";
  return { json: JSON.stringify(text.slice(from, end)), end: end + close.length };
}

function readJsonText(text: string, from: number): ReadValue | "more" {
  const found = /^"(?:[^"\\]|\\[\s\S])*"/.exec(text.slice(from));
  return found === null ? "more" : { json: found[0], end: from + found[0].length };
}

/** A number, true, false or null; any other word is a text. */
function readBare(text: string, from: number): ReadValue | "more" | null {
  const word = /^[^,{}[\]()<"]*/.exec(text.slice(from))?.[0] ?? "";
  if (from + word.length >= text.length) return "more";
  const bare = word.trim();
  if (bare === "") return null;
  return { json: isJson(bare) ? bare : JSON.stringify(bare), end: from + word.length };
}

function readItems(source: Source, from: number, last: "}" | "]", depth: number): ReadValue | "more" | null {
  const { text } = source;
  const items: string[] = [];
  let at = behindBlanks(text, from + 1);
  while (text[at] !== last) {
    if (at >= text.length) return "more";
    const item = readItem(source, at, last, depth + 1);
    if (item === "more" || item === null) return item;
    items.push(item.json);
    at = behindBlanks(text, item.end);
    if (text[at] === ",") at = behindBlanks(text, at + 1);
    else if (at < text.length && text[at] !== last) return null;
  }
  const [open, close] = last === "}" ? ["{", "}"] : ["[", "]"];
  return { json: open + items.join(", ") + close, end: at + 1 };
}

/** A value of a list, or a key with its value. */
function readItem(source: Source, from: number, last: "}" | "]", depth: number): ReadValue | "more" | null {
  const key = last === "}" ? readKey(source, from) : { json: "", end: from };
  if (key === "more" || key === null) return key;
  const item = readValue(source, key.end, depth);
  return item === "more" || item === null ? item : { ...item, json: key.json + item.json };
}

function readKey({ text, marks }: Source, from: number): ReadValue | "more" | null {
  const colon = text.indexOf(":", from);
  if (colon < 0) return text.length - from > 200 ? null : "more";
  const [open, close] = marks;
  const written = text.slice(from, colon).trim().replaceAll(open, "").replaceAll(close, "");
  const key = /^"/.test(written) && isJson(written) ? written : JSON.stringify(written);
  return { json: `${key}: `, end: colon + 1 };
}

function behindBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] as string)) at += 1;
  return at;
}

/** Whether the text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
