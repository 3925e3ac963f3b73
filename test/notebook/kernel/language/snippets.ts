/** Cells of TypeScript 5.0 and what they mean, from `snippets.txt`. */
import { readFileSync } from "node:fs";

export interface Snippet {
  readonly name: string;
  /** Run in order; the last one is judged. */
  readonly cells: readonly string[];
  /** The last cell's value, as plain data. */
  readonly value: unknown;
  /** The last cell's error or diagnostic holds this; undefined: it ends well. */
  readonly fails: string | undefined;
}

/**
 * The file has one part for each: `## name`, cells with `---` between them, then `=> value` as JSON or `!> error`. All run in
 * one kernel, so each has names of its own.
 */
export const snippets: readonly Snippet[] = readFileSync(new URL("snippets.txt", import.meta.url), "utf8")
  .split(/^## /m)
  .slice(1)
  .map(parse);

function parse(part: string): Snippet {
  const { name, code, mark, rest } =
    /^(?<name>.*)\n(?<code>[\s\S]*?)\n(?<mark>[=!])> (?<rest>.*)$/m.exec(part)?.groups ?? {};
  if (name === undefined || code === undefined || rest === undefined) throw new Error(`No snippet: ${part}`);
  const value = mark === "!" || rest === "undefined" ? undefined : (JSON.parse(rest) as unknown);
  return { name, cells: code.split("\n---\n"), value, fails: mark === "!" ? rest : undefined };
}
