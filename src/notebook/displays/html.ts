/** HTML that cannot carry what it should not: everything put into the template is escaped unless it is `Html` itself. */
import { cleanText } from "../client/clean-text.js";

/** A piece of finished HTML. Made by `html` only. */
export class Html {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  // a blank line ends HTML within Markdown: exports of a notebook stay whole
  "\n": "&#10;",
};

const escapeText = (text: string): string =>
  cleanText(text).replace(/[&<>"'\n]/g, (character) => entities[character] ?? "");

function sourceOf(value: HtmlValue): string {
  if (value instanceof Html) return value.source;
  if (Array.isArray(value)) return value.map(sourceOf).join("");
  if (value === null || value === undefined || value === false) return "";
  return escapeText(String(value));
}

/** Template of HTML: html`<b>${text}</b>`. Strings are escaped, lists joined; null, undefined and false leave nothing. */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  const source = parts.map((part, index) => part + (index < values.length ? sourceOf(values[index]) : ""));
  return new Html(source.join(""));
}
