/** How vectors of texts and ranks of documents look. */
import { cleanText, oneLine } from "../client/clean-text.js";
import type { Html } from "./html.js";
import { aside, card, line } from "./parts.js";
import { type Column, table, textTable } from "./table.js";
import type { View } from "./view.js";

/** Texts whose likeness is shown: more make a table that nobody reads. */
const mostCompared = 12;
/** Numbers of a vector that are shown. */
const mostNumbers = 6;
const mostRanks = 50;

export function vectorView(vector: readonly number[], text: string, notes: readonly string[]): View {
  const said = `${vector.length} numbers for “${oneLine(text, 80)}”: ${firstOf(vector)}`;
  return withNotes(notes, line(said), said);
}

/** How alike the texts are, as far as a table can show it; else how many vectors there are. */
export function vectorsView(
  vectors: readonly (readonly number[])[],
  texts: readonly string[],
  notes: readonly string[],
): View {
  const shown = vectors.slice(0, mostCompared);
  const isAll = shown.length === vectors.length;
  const size = `${vectors.length} vectors of ${vectors[0]?.length ?? 0} numbers`;
  const caption = `${size}; how alike the ${isAll ? "" : `first ${shown.length} `}texts are, up to 1`;
  const others = shown.map((_, index): Column => ({ name: `${index}`, kind: "number" }));
  const head: (string | Column)[] = ["", { name: "text", kind: "long" }, ...others];
  const rows = shown.map((one, index) => [
    `${index}`,
    texts[index] ?? "",
    ...shown.map((other) => product(one, other).toFixed(2)),
  ]);
  const shownTable = table(head, rows, { label: "How alike texts are", caption });
  return withNotes(notes, shownTable, `${caption}\n${textTable(head, rows)}`);
}

export function ranksView(
  ranks: readonly { index: number; score: number; text: string }[],
  notes: readonly string[],
): View {
  const head: (string | Column)[] = [{ name: "score", kind: "number" }, "#", { name: "text", kind: "long" }];
  const rows = ranks.slice(0, mostRanks).map(({ index, score, text }) => [score.toFixed(4), `${index}`, text]);
  const more = ranks.length > mostRanks ? [`and ${ranks.length - mostRanks} more`] : [];
  return withNotes(
    [...more, ...notes],
    table(head, rows, { label: "Documents, the best first" }),
    textTable(head, rows),
  );
}

/** Notes stand under it, one a line. */
function withNotes(notes: readonly string[], shown: Html, said: string): View {
  return {
    html: () => card(shown, ...notes.map((one) => aside(one))),
    text: () => [said, ...notes.map((one) => `— ${cleanText(one)}`)].join("\n"),
  };
}

const product = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, number, index) => sum + number * (other[index] ?? 0), 0);

function firstOf(vector: readonly number[]): string {
  const numbers = vector.slice(0, mostNumbers).map((number) => number.toFixed(4));
  return `${numbers.join(", ")}${vector.length > mostNumbers ? ", …" : ""}`;
}
