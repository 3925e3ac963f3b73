/**
 * The few parts every card and line is built from.
 *
 * Inline styles only: a saved notebook and its HTML export keep them. Colours are half transparent or the
 * page's own, so that they suit light and dark; no meaning hangs on a colour alone.
 */
import { cleanText } from "../client/clean-text.js";
import { type Html, type HtmlValue, html } from "./html.js";
import { percentText } from "./units.js";
import type { View } from "./view.js";

export const edge = "1px solid rgba(128,128,128,0.4)";
/** Breaks long words; said twice, since what an untrusted notebook shows in JupyterLab 4 knows the first form only. */
export const breaking = "overflow-wrap:break-word;overflow-wrap:anywhere";
/** Letters of one width, where no style sheet of the host's gives some. */
const codeFont = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";
export const font = "font-family:system-ui,sans-serif;font-size:0.95em;line-height:1.45";
/** Pixels that text of the host has at its left, in cells of tables and beside printed text. Source: JupyterLab 4. */
export const hostPaddingPx = 8;

/** A framed box. */
export const card = (...content: HtmlValue[]): Html =>
  html`<div style="${font};box-sizing:border-box;max-width:72em;border:${edge};border-radius:8px;padding:8px 14px;margin:4px ${hostPaddingPx}px">${content}</div>`;

/** A line of the same look without a frame. */
export const line = (...content: HtmlValue[]): Html =>
  html`<div style="${font};padding:2px ${hostPaddingPx}px">${content}</div>`;

/** Small and less strong than the rest. */
export const aside = (...content: HtmlValue[]): Html =>
  html`<div style="font-size:0.9em;opacity:0.75;${breaking}">${content}</div>`;

/** What a card is about, large. */
export const headline = (...content: HtmlValue[]): Html =>
  html`<div style="font-size:1.2em;${breaking}">${content}</div>`;

/** Warnings, one a line; nothing when there are none. */
export const warningLines = (warnings: readonly string[]): Html =>
  html`${warnings.map((warning) => html`<div style="font-size:0.9em;${breaking}">⚠ ${warning}</div>`)}`;

/** Text as it was written, lines kept; behind what it continues, which is less strong. */
export const prose = (text: string, continued = ""): Html => {
  const before = continued !== "" && html`<span style="opacity:0.75">${continued}</span>`;
  return html`<div style="white-space:pre-wrap;${breaking}">${before}${text}</div>`;
};

const dots = { good: "#2e9e5b", working: "#c98a00", bad: "#d64545", off: "#888888" } as const;

export type Tone = keyof typeof dots;

/** A coloured dot; the word beside it says the same. */
export const dot = (tone: Tone): Html =>
  html`<span aria-hidden="true" style="display:inline-block;width:0.7em;height:0.7em;border-radius:50%;background:${dots[tone]}"></span>`;

/** A bar filled by a share of 0 to 1, and the percentage. */
export function bar(share: number): Html {
  const percent = percentText(share);
  const width = percent.replace(" ", "");
  return html`<span aria-hidden="true" style="display:inline-block;width:12em;max-width:50%;height:0.65em;border-radius:4px;background:rgba(128,128,128,0.3);overflow:hidden"><span style="display:block;width:${width};height:100%;background:#3b82f6"></span></span> ${percent}`;
}

/** Name and value pairs, one a row; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [string, HtmlValue])[]): Html {
  const rows = pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(
      ([name, value]) =>
        html`<div style="display:flex;flex-wrap:wrap;gap:0 8px"><span style="flex:none;width:8em;opacity:0.75">${name}</span><span style="flex:1 1 16em;${breaking}">${value}</span></div>`,
    );
  return html`<div>${rows}</div>`;
}

/**
 * Something to open.
 *
 * The triangle is asked for: the classic Notebook's style sheet takes it away.
 */
export const fold = (title: HtmlValue, content: HtmlValue, isOpen = false): Html =>
  html`<details${isOpen && html` open`} style="margin:2px 0"><summary style="display:list-item;cursor:pointer">${title}</summary>${content}</details>`;

/** Something to open, with more text in it, lines kept. */
export const foldedProse = (title: string, text: string, isOpen: boolean): Html =>
  html`<div style="margin:0 0 4px;opacity:0.75">${fold(title, html`<div style="white-space:pre-wrap;${breaking};margin:4px 0;padding:2px 0 2px 10px;border-left:3px solid rgba(128,128,128,0.4)">${text}</div>`, isOpen)}</div>`;

/** A short text to copy: one click selects all of it. */
export const copied = (text: string): Html =>
  html`<code style="user-select:all;-webkit-user-select:all;${codeFont};${breaking};padding:0;color:inherit;background:none">${text}</code>`;

/** Code to copy: one click selects all of it, long lines are scrolled and never broken. */
export const codeBlock = (code: string, label: string): Html =>
  html`<pre tabindex="0" role="group" aria-label="${label}" style="${codeFont};font-size:0.92em;white-space:pre;overflow-x:auto;user-select:all;-webkit-user-select:all;color:inherit;margin:4px 0 8px;padding:6px 10px;border:${edge};border-radius:6px;background:rgba(128,128,128,0.1)">${code}</pre>`;

/** A sign for the eye and the word that says the same. */
export const marked = (sign: string, word: string): Html =>
  html`<span style="white-space:nowrap"><span aria-hidden="true">${sign}</span> ${word}</span>`;

/** Pieces joined by a middle dot; empty ones left out. */
export const dotted = (...pieces: (string | false | null | undefined)[]): string => pieces.filter(Boolean).join(" · ");

/** As `dotted`, where some of the pieces are HTML. */
export const dottedHtml = (...pieces: HtmlValue[]): Html => {
  const there = pieces.filter((piece) => piece !== "" && piece !== false && piece !== null && piece !== undefined);
  return html`${there.map((piece, index) => (index === 0 ? piece : html` · ${piece}`))}`;
};

/** One sentence as a view. */
export const sentenceView = (sentence: string): View => ({
  html: () => line(cleanText(sentence)),
  text: () => cleanText(sentence),
});
