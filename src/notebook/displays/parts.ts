/**
 * The few parts every card and table is built from.
 *
 * Inline styles only: a saved notebook and its HTML export keep them. Colours are half transparent or the
 * page's own, so that they suit light and dark; no meaning hangs on a colour alone.
 */
import { cleanText, oneLine } from "../client/clean-text.js";
import { type Html, type HtmlValue, html } from "./html.js";
import type { View } from "./self-displaying.js";
import { percentText } from "./units.js";

const edge = "1px solid rgba(128,128,128,0.4)";
const font = "font-family:system-ui,sans-serif;font-size:0.95em;line-height:1.45";

/** A framed box. */
export const card = (...content: HtmlValue[]): Html =>
  html`<div style="${font};max-width:56em;border:${edge};border-radius:8px;padding:8px 14px;margin:2px 0">${content}</div>`;

/** A line of the same look without a frame. */
export const line = (...content: HtmlValue[]): Html => html`<div style="${font}">${content}</div>`;

/** Small and less strong than the rest. */
export const aside = (...content: HtmlValue[]): Html =>
  html`<div style="font-size:0.9em;opacity:0.75">${content}</div>`;

/** Warnings, one a line; nothing when there are none. */
export const warningLines = (warnings: readonly string[]): Html =>
  html`${warnings.map((warning) => html`<div style="font-size:0.9em">⚠ ${warning}</div>`)}`;

/** Text as it was written, lines kept; behind what it continues, which is less strong. */
export const prose = (text: string, continued = ""): Html => {
  const before = continued !== "" && html`<span style="opacity:0.6">${continued}</span>`;
  return html`<div style="white-space:pre-wrap;overflow-wrap:anywhere">${before}${text}</div>`;
};

const dots = { good: "#2e9e5b", working: "#c98a00", bad: "#d64545", off: "#888888" } as const;

export type Tone = keyof typeof dots;

/** A coloured dot; the word beside it says the same. */
export const dot = (tone: Tone): Html =>
  html`<span style="display:inline-block;width:0.7em;height:0.7em;border-radius:50%;background:${dots[tone]}"></span>`;

/** A bar filled by a share of 0 to 1, and the percentage. */
export function bar(share: number): Html {
  const percent = percentText(share);
  const width = percent.replace(" ", "");
  return html`<span role="img" aria-label="${percent}" style="display:inline-block;width:12em;height:0.65em;border-radius:4px;background:rgba(128,128,128,0.3);overflow:hidden"><span style="display:block;width:${width};height:100%;background:#3b82f6"></span></span> ${percent}`;
}

/** Name and value pairs, one a row; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [string, HtmlValue])[]): Html {
  const rows = pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(
      ([name, value]) =>
        html`<div style="display:flex;gap:8px"><span style="flex:none;width:7em;opacity:0.75">${name}</span><span style="overflow-wrap:anywhere">${value}</span></div>`,
    );
  return html`<div>${rows}</div>`;
}

/** Times, sizes and counts stay on one line; Jupyter's own style would keep long text there too. */
const wrapping = (value: HtmlValue): string => (typeof value === "string" && value.length <= 16 ? "nowrap" : "normal");

/** A table of short values; long text is cut to one line of 160 characters. */
export function table(head: readonly string[], rows: readonly (readonly HtmlValue[])[]): Html {
  const cellStyle = "text-align:left;vertical-align:top;padding:2px 14px 2px 0";
  const short = (value: HtmlValue): HtmlValue => (typeof value === "string" ? oneLine(value, 160) : value);
  const cells = (row: readonly HtmlValue[]): Html[] =>
    row.map((value) => html`<td style="${cellStyle};white-space:${wrapping(value)}">${short(value)}</td>`);
  return html`<table style="${font};border-collapse:collapse;border:none;margin:2px 0"><thead><tr style="border-bottom:${edge}">${head.map((name) => html`<th style="${cellStyle};font-weight:600">${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}

/** Something to open, with more text in it, lines kept. */
export const foldedProse = (title: string, text: string, isOpen: boolean): Html =>
  html`<details${isOpen && html` open`} style="margin:0 0 4px"><summary style="cursor:pointer;opacity:0.75">${title}</summary><div style="white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;padding:2px 0 2px 10px;border-left:3px solid rgba(128,128,128,0.4);opacity:0.75">${text}</div></details>`;

/** Something to open, with text to copy in it. */
export const foldedCode = (title: string, code: string): Html =>
  html`<details><summary style="cursor:pointer">${title}</summary><pre style="white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;padding:6px 10px;border:${edge};border-radius:6px;background:rgba(128,128,128,0.1)">${code}</pre></details>`;

/** A table as text, columns aligned by blanks; long text is cut to one line of 80 characters. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((row) => row.map((value) => oneLine(value, 80)));
  const widths = head.map((_, column) => Math.max(...lines.map((row) => [...(row[column] ?? "")].length)));
  const pad = (value: string, column: number): string => value + " ".repeat((widths[column] ?? 0) - [...value].length);
  return lines.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Pieces joined by a middle dot; empty ones left out. */
export const dotted = (...pieces: (string | false | null | undefined)[]): string => pieces.filter(Boolean).join(" · ");

/** One sentence as a view. */
export const sentenceView = (sentence: string): View => ({
  html: () => line(cleanText(sentence)),
  text: () => cleanText(sentence),
});
