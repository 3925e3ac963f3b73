/** Notebooks as files: what stands in them, before and after they were executed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the project's notebooks are. */
export const notebookFolder: string = fileURLToPath(new URL("../../notebooks", import.meta.url));

/** File names of the project's notebooks, in their order. */
export const notebookNames: readonly string[] = readdirSync(notebookFolder)
  .filter((name) => name.endsWith(".ipynb"))
  .sort();

interface RawOutput {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | string[];
  readonly data?: Readonly<Record<string, string | string[]>>;
}

interface RawCell {
  readonly cell_type: string;
  readonly source: string | string[];
  readonly execution_count?: number | null;
  readonly outputs?: readonly RawOutput[];
}

interface RawNotebook {
  readonly metadata: { readonly kernelspec: { readonly name: string; readonly language: string } };
  readonly cells: readonly RawCell[];
}

/** One code cell and what it put out. */
export interface CodeCell {
  readonly source: string;
  /** All HTML it shows, in one text. */
  readonly html: string;
  /** All Markdown it shows, in one text. */
  readonly markdown: string;
  /** What it ends with, as plain text. */
  readonly value: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: number;
  readonly executionCount: number | null;
}

export interface NotebookFile {
  readonly kernel: string;
  readonly text: string;
  readonly cells: readonly CodeCell[];
}

/** Reads a notebook. */
export function readNotebook(folder: string, name: string): NotebookFile {
  const text = readFileSync(join(folder, name), "utf8");
  const { metadata, cells } = JSON.parse(text) as RawNotebook;
  return {
    text,
    kernel: metadata.kernelspec.name,
    cells: cells.filter(({ cell_type }) => cell_type === "code").map(codeCell),
  };
}

function codeCell({ source, execution_count, outputs = [] }: RawCell): CodeCell {
  const shown = (mime: string): string => outputs.map(({ data }) => joined(data?.[mime])).join("\n");
  const written = (name: string): string =>
    outputs.map((output) => (output.name === name ? joined(output.text) : "")).join("");
  return {
    source: joined(source),
    html: shown("text/html").trim(),
    markdown: shown("text/markdown").trim(),
    value: joined(outputs.find(({ output_type }) => output_type === "execute_result")?.data?.["text/plain"]),
    stdout: written("stdout"),
    stderr: written("stderr"),
    outputs: outputs.length,
    executionCount: execution_count ?? null,
  };
}

const joined = (text: string | string[] | undefined): string => [text ?? ""].flat().join("");

/** The cell with this in its source; there must be one only. */
export function cellWith({ cells }: NotebookFile, code: string): CodeCell {
  const [cell, ...others] = cells.filter(({ source }) => source.includes(code));
  if (cell === undefined || others.length > 0) throw new Error(`${others.length + (cell ? 1 : 0)} cells hold ${code}`);
  return cell;
}
