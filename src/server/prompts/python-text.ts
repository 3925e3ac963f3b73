import { ListValue, TextValue, toValue, type Value, WholeValue } from "./jinja.js";

type Method = (text: string, given: readonly Value[]) => Value;

/**
 * Methods of Python's texts that the template engine has not, or has without their arguments.
 *
 * Source: Python 3.13, "Text Sequence Type". Arguments by name, and fields of `format` with a name or a form, are not
 * known: they are refused as an error of the template.
 */
export const textMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["strip", (text, [characters]) => new TextValue(stripped(text, characters, true, true))],
  ["lstrip", (text, [characters]) => new TextValue(stripped(text, characters, true, false))],
  ["rstrip", (text, [characters]) => new TextValue(stripped(text, characters, false, true))],
  ["format", (text, given) => new TextValue(formatted(text, given))],
  ["removeprefix", (text, [part]) => new TextValue(text.startsWith(own(part)) ? text.slice(own(part).length) : text)],
  [
    "removesuffix",
    (text, [part]) =>
      new TextValue(own(part) !== "" && text.endsWith(own(part)) ? text.slice(0, -own(part).length) : text),
  ],
  ["join", (text, [parts]) => new TextValue(listed(parts).map(own).join(text))],
  ["find", (text, [part]) => new WholeValue(text.indexOf(own(part)))],
  ["rfind", (text, [part]) => new WholeValue(text.lastIndexOf(own(part)))],
  ["count", (text, [part]) => new WholeValue(text.split(own(part)).length - 1)],
  ["index", (text, [part]) => found(text.indexOf(own(part)), "substring not found")],
  ["partition", (text, [part]) => new ListValue(parted(text, own(part)).map((one) => new TextValue(one)))],
  ["rsplit", (text, [part, most]) => new ListValue(splitFromEnd(text, part, most).map((one) => new TextValue(one)))],
  ["zfill", (text, [width]) => new TextValue(text.padStart(Number(width?.value), "0"))],
  ["ljust", (text, [width]) => new TextValue(text.padEnd(Number(width?.value)))],
  ["rjust", (text, [width]) => new TextValue(text.padStart(Number(width?.value)))],
  ["isalpha", (text) => toValue(/^\p{L}+$/u.test(text))],
  ["isalnum", (text) => toValue(/^[\p{L}\p{N}]+$/u.test(text))],
  ["isspace", (text) => toValue(/^\s+$/u.test(text))],
  ["isupper", (text) => toValue(text !== text.toLowerCase() && text === text.toUpperCase())],
  ["islower", (text) => toValue(text !== text.toUpperCase() && text === text.toLowerCase())],
  ["isdigit", (text) => toValue(/^\p{Nd}+$/u.test(text))],
  ["splitlines", (text) => new ListValue(lines(text).map((line) => new TextValue(line)))],
]);

const own = (value: Value | undefined): string => {
  if (typeof value?.value === "string") return value.value;
  throw new Error(`a text was expected, not ${value?.type ?? "nothing"}`);
};

function listed(value: Value | undefined): readonly Value[] {
  if (Array.isArray(value?.value)) return value.value;
  throw new Error(`a list was expected, not ${value?.type ?? "nothing"}`);
}

function found(at: number, otherwise: string): Value {
  if (at < 0) throw new Error(otherwise);
  return new WholeValue(at);
}

function parted(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

function splitFromEnd(text: string, separator: Value | undefined, most: Value | undefined): string[] {
  const sign = separator?.value;
  const parts = typeof sign === "string" ? text.split(sign) : text.split(/\s+/).filter((one) => one !== "");
  const cuts = Number(most?.value ?? -1);
  if (cuts < 0 || parts.length <= cuts + 1) return parts;
  const joined = typeof sign === "string" ? sign : " ";
  return [parts.slice(0, parts.length - cuts).join(joined), ...parts.slice(parts.length - cuts)];
}

/** The text without the characters at its ends; without blanks when none are given. */
function stripped(text: string, characters: Value | undefined, left: boolean, right: boolean): string {
  if ((characters?.value ?? null) === null) {
    const started = left ? text.trimStart() : text;
    return right ? started.trimEnd() : started;
  }
  const letters = new Set(own(characters));
  const all = [...text];
  let [from, to] = [0, all.length];
  while (left && from < to && letters.has(all[from] as string)) from += 1;
  while (right && to > from && letters.has(all[to - 1] as string)) to -= 1;
  return all.slice(from, to).join("");
}

/** `{}` and `{0}` in their places. */
function formatted(text: string, given: readonly Value[]): string {
  let next = 0;
  return text.replace(/\{\{|\}\}|\{(\d*)\}|[{}]/g, (found, place: string | undefined) => {
    if (found === "{{" || found === "}}") return found.slice(1);
    const value = given[place === undefined || place === "" ? next++ : Number(place)];
    if (place === undefined || value === undefined) throw new Error(`format() has no value for ${found}`);
    return value.toString();
  });
}

function lines(text: string): string[] {
  const all = text.split(/\r\n|\r|\n/);
  return all.at(-1) === "" ? all.slice(0, -1) : all;
}
