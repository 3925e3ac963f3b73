/** How the end of a server's log looks: time, level and what happened, in three columns; the rest of a line is folded. */
import { cleanText, oneLine } from "../client/clean-text.js";
import { type HtmlValue, html } from "./html.js";
import { breaking, fold, line, marked } from "./parts.js";
import { table } from "./table.js";
import { timeText } from "./units.js";
import type { View } from "./view.js";

interface Entry {
  readonly time: string;
  readonly level: string;
  readonly what: string;
  /** Everything else that the line says, by its names. */
  readonly rest: readonly (readonly [string, string])[];
}

const signs: Readonly<Record<string, string>> = { debug: "·", info: "·", warn: "⚠", error: "✘" };

/** A line of the log as its parts; one that is no JSON object, as a crash leaves it, is what happened as it stands. */
function entryOf(source: string): Entry {
  const known = objectOf(source);
  if (known === undefined) return { time: "", level: "", what: oneLine(source, 300), rest: [] };
  const { time, level, message, ...rest } = known;
  const said = new Set<string>();
  const what = message === "request" ? requestText(rest, said) : reasonText(message, rest, said);
  return {
    time: timeText(textOf(time)),
    level: textOf(level),
    what: oneLine(what, 300),
    rest: Object.entries(rest)
      .filter(([name, value]) => !said.has(name) && value !== null)
      .map(([name, value]) => [name, textOf(value)]),
  };
}

function objectOf(source: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);

/** "POST /chat 200 in 142 ms, Ann". */
function requestText(rest: Record<string, unknown>, said: Set<string>): string {
  for (const name of ["method", "path", "status", "ms", "client"]) said.add(name);
  const { method, path, status, ms, client } = rest;
  const who = client === null || client === undefined ? "" : `, ${textOf(client)}`;
  return `${textOf(method)} ${textOf(path)} ${textOf(status)} in ${textOf(ms)} ms${who}`;
}

function reasonText(message: unknown, rest: Record<string, unknown>, said: Set<string>): string {
  if (typeof rest.reason !== "string") return textOf(message);
  said.add("reason");
  return `${textOf(message)}: ${rest.reason}`;
}

const foldedEntry = ({ what, rest }: Entry): HtmlValue =>
  rest.length === 0
    ? what
    : fold(
        what,
        html`<div style="opacity:0.75;${breaking}">${rest.map(
          ([name, value]) => html`<div>${name}: ${oneLine(value, 2000)}</div>`,
        )}</div>`,
      );

export const logView = ({ lines }: { readonly lines: readonly string[] }): View => {
  const entries = lines.map(entryOf);
  if (entries.length === 0) return { html: () => line("The log is empty."), text: () => "The log is empty." };
  return {
    html: () =>
      table(
        ["Time", "Level", { name: "What", kind: "long" }],
        entries.map((entry) => [
          entry.time,
          entry.level === "" ? "" : marked(signs[entry.level] ?? "·", entry.level),
          html`${foldedEntry(entry)}`,
        ]),
        { label: "Log" },
      ),
    text: () =>
      entries
        .map(({ time, level, what, rest }) =>
          [
            time.padEnd(8),
            level.padEnd(5),
            what,
            ...rest.map(([name, value]) => `${name}=${oneLine(value, 200)}`),
          ].join("  "),
        )
        .map((text) => cleanText(text).trimEnd())
        .join("\n"),
  };
};
