/**
 * The authtoken in the configuration file of ngrok's own command.
 *
 * Reads that one key, in the two places it may stand: at the top (versions 1 and 2) and under `agent` (version 3).
 * Source: https://ngrok.com/docs/agent/config. It is no YAML reader: what it does not understand it refuses.
 */
import { LabError } from "../errors.js";

interface Found {
  readonly value: string;
  readonly line: number;
}

/** The authtoken in `text`; undefined when it has none. Refuses with `invalid_request`, naming `path` and line. */
export function authtokenInNgrokConfig(text: string, path: string): string | undefined {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const found = [...findTokens(lines, path)];
  const [first] = found;
  if (first === undefined) return undefined;
  const other = found.find(({ value }) => value !== first.value);
  if (other !== undefined) throw notUnderstood(path, other.line, "a second, different authtoken stands there");
  return first.value;
}

function* findTokens(lines: readonly string[], path: string): Generator<Found> {
  let section = "";
  let sectionIndent: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const number = index + 1;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (indent === 0) {
      section = topLevelKey(line, path, number);
      sectionIndent = undefined;
    } else if (section === "agent") {
      sectionIndent ??= indent;
    }
    // deeper lines belong to other keys, or to a text over several lines
    const isOwnKey = indent === 0 || indent === sectionIndent;
    if (isOwnKey && keyOf(line) === "authtoken") yield { value: scalar(line, path, number), line: number };
  }
}

function topLevelKey(line: string, path: string, lineNumber: number): string {
  const key = keyOf(line);
  // as one line the section hides what this reader looks for
  if (key === "agent" && !/^["']?agent["']?\s*:\s*(#.*)?$/.test(line)) {
    throw notUnderstood(path, lineNumber, '"agent" is not written as a block');
  }
  if (/^[\t{?]/.test(line)) throw notUnderstood(path, lineNumber, "it does not begin with a key");
  return key;
}

const keyOf = (line: string): string => /^\s*["']?([A-Za-z_]+)["']?\s*:(?=\s|$)/.exec(line)?.[1] ?? "";

/** A plain or quoted word, perhaps with a comment after it. */
function scalar(line: string, path: string, lineNumber: number): string {
  const value = /:\s+(?:"([^"\\]*)"|'([^']*)'|([A-Za-z0-9][^\s"'#:{}[\],&*!|>%@`]*))\s*(?:\s#.*)?$/.exec(line);
  const word = value?.[1] ?? value?.[2] ?? value?.[3];
  if (word === undefined) throw notUnderstood(path, lineNumber, "the authtoken is not a plain word or text in quotes");
  return word;
}

function notUnderstood(path: string, line: number, reason: string): LabError {
  return new LabError(
    "invalid_request",
    `Line ${line} of ${path} could not be understood: ${reason}. Set NGROK_AUTHTOKEN instead, or run: ngrok config check.`,
    { param: "authtoken" },
  );
}
