/**
 * Tables, in HTML and as text.
 *
 * One that is wider than the page is scrolled, by keyboard too, and no column of long text becomes a tower of letters.
 */
import { oneLine } from "../client/clean-text.js";
import { type Html, type HtmlValue, html } from "./html.js";
import { breaking, edge, font, hostPaddingPx } from "./parts.js";

/** What a column holds: short words; numbers, which stand at the right; text, which shares what width is left. */
export type ColumnKind = "short" | "number" | "long";

export interface Column {
  readonly name: string;
  /** Default "short". */
  readonly kind?: ColumnKind;
}

export interface TableOptions {
  /** What the table is about, for who cannot see it. Default "Table". */
  readonly label?: string;
  /** A line above it. */
  readonly caption?: string;
}

type Head = readonly (string | Column)[];

/** Characters of a cell that are shown, by the kind of its column. */
const mostCharacters: Readonly<Record<ColumnKind, number>> = { short: 160, number: 40, long: 300 };

/** Text up to this length stays on one line in a column of short words. */
const keptTogether = 24;

/** Padding and line height are the host's: rows stand as high as those of its own tables. */
const cellStyle = `vertical-align:top;padding:6px ${hostPaddingPx}px;max-width:none`;

const kindOf = (column: string | Column | undefined): ColumnKind =>
  typeof column === "object" ? (column.kind ?? "short") : "short";
const nameOf = (column: string | Column): string => (typeof column === "string" ? column : column.name);

/** `longs` is how many columns of long text there are: what the others leave is theirs. */
function styleOf(kind: ColumnKind, value: HtmlValue, longs: number): string {
  if (kind === "number") return "text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums";
  if (kind === "long")
    return `text-align:left;white-space:normal;width:${Math.floor(100 / longs)}%;min-width:14em;${breaking}`;
  const isKept = typeof value === "string" && value.length <= keptTogether;
  return isKept ? "text-align:left;white-space:nowrap" : `text-align:left;white-space:normal;min-width:8em;${breaking}`;
}

/** A table of short values; long text is cut to one line. Values that are HTML already are left as they are. */
export function table(head: Head, rows: readonly (readonly HtmlValue[])[], options: TableOptions = {}): Html {
  const { label = "Table", caption } = options;
  const longs = head.filter((column) => kindOf(column) === "long").length;
  const heads = head.map(
    (column) =>
      html`<th scope="col" style="${cellStyle};${styleOf(kindOf(column) === "number" ? "number" : "short", "", longs)};font-weight:600">${nameOf(column)}</th>`,
  );
  const cells = (row: readonly HtmlValue[]): Html[] =>
    row.map((value, index) => {
      const kind = kindOf(head[index]);
      const shown = typeof value === "string" ? oneLine(value, mostCharacters[kind]) : value;
      return html`<td style="${cellStyle};${styleOf(kind, value, longs)}">${shown}</td>`;
    });
  const above =
    caption !== undefined &&
    html`<div style="${font};padding:2px ${hostPaddingPx}px;opacity:0.75;${breaking}">${caption}</div>`;
  return html`<div role="group" aria-label="${label}" tabindex="0" style="overflow-x:auto;max-width:100%">${above}<table style="${font};line-height:1.35;border-collapse:collapse;border:none;margin:2px 0"><thead><tr style="border-bottom:${edge}">${heads}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table></div>`;
}

/** A table as text, columns aligned by blanks, numbers at the right; long text is cut to one line of 80 characters. */
export function textTable(head: Head, rows: readonly (readonly string[])[]): string {
  const lines = [head.map(nameOf), ...rows].map((row) => row.map((value) => oneLine(value, 80)));
  const widths = head.map((_, column) => Math.max(...lines.map((row) => [...(row[column] ?? "")].length)));
  const pad = (value: string, column: number): string => {
    const blanks = " ".repeat((widths[column] ?? 0) - [...value].length);
    return kindOf(head[column]) === "number" ? blanks + value : value + blanks;
  };
  return lines.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
