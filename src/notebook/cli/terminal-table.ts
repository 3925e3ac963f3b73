/** A table for a terminal of any width: columns where they fit, else one block a row. */
import { oneLine } from "../client/clean-text.js";
import { textWidth } from "./text-width.js";

/** Columns of the last cell at least, where it is cut for the others to fit. */
const leastLast = 16;
/** Characters of one value. */
const mostValue = 400;
const gap = "  ";

/** `columns` is how wide the terminal is. What a lab or a model wrote is cleaned in it. */
export function terminalTable(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const cleaned = rows.map((row) => row.map((value) => oneLine(value, mostValue)));
  const widths = head.map((name, at) => Math.max(...[name, ...cleaned.map((row) => row[at] ?? "")].map(textWidth)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0);
  const left = columns - before;
  if (left < Math.min(leastLast, widths.at(-1) ?? 0)) return blocks(head, cleaned, columns);
  return [head, ...cleaned].map((row) => aligned(row, widths, left)).join("\n");
}

function aligned(row: readonly string[], widths: readonly number[], left: number): string {
  const cells = row.map((value, at) =>
    at === row.length - 1 ? cut(value, left) : value + " ".repeat((widths[at] ?? 0) - textWidth(value)),
  );
  return cells.join(gap).trimEnd();
}

/** The first value as a heading, the others under it by name; those that say nothing are left out. */
function blocks(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const nameWidth = Math.max(...head.slice(1).map((name) => name.length));
  return rows
    .map(([first = "", ...values]) => {
      const lines = values.flatMap((value, at) => {
        const name = (head[at + 1] ?? "").padEnd(nameWidth);
        return value === "" || value === "–" ? [] : [cut(`${gap}${name}${gap}${value}`, columns)];
      });
      return [cut(first, columns), ...lines].join("\n");
    })
    .join("\n");
}

function cut(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let shown = "";
  for (const character of text) {
    if (textWidth(shown + character) > columns - 1) break;
    shown += character;
  }
  return `${shown}…`;
}
