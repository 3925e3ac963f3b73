/**
 * What a model wrote, as Markdown that a notebook may render.
 *
 * JupyterLab trusts a fresh output: HTML in its Markdown is run, images are fetched. So nothing of that reaches it: HTML is
 * text, an image is a link, a link leads to the web. Markdown is read differently by every front end; what is written here
 * is therefore made so plain that all of them read it in the same way, and what could be read as HTML is none in any of them.
 */
import { cleanText } from "../client/clean-text.js";
import { LineWriter } from "./markdown-line.js";

/** An open block of code: what opened it, and its lines. */
interface Fence {
  readonly mark: string;
  readonly language: string;
  /** Blanks before the mark: as many are taken off its lines. */
  readonly indent: number;
  readonly isQuoted: boolean;
  readonly lines: string[];
}

/** In quotes and lists, too; the words after backticks contain none. */
const opening = /^((?:\s|>|[-*+]\s|\d{1,9}[.)]\s)*)(`{3,}(?=[^`]*$)|~{3,})\s*(.*)$/;

/** A language as highlighters know it. Diagrams are shown as their code: one that is drawn fetches what it names. */
const languageOf = (words: string): string => {
  const language = /^[\w+#.-]{1,30}/.exec(words)?.[0] ?? "";
  return /^(mermaid|math)$/i.test(language) ? "text" : language;
};

/** The text as Markdown; a block of code that has not ended is closed. */
export function safeMarkdown(text: string): string {
  const lines = withoutBegunMark(cleanText(text)).split("\n");
  const written: string[] = [];
  const writer = new LineWriter();
  let fence: Fence | undefined;
  for (const [index, line] of lines.entries()) {
    if (fence !== undefined) {
      const isOutOfQuote = fence.isQuoted && !/^\s*>/.test(line);
      if (!isOutOfQuote && !closes(line, fence)) {
        fence.lines.push(withinFence(line, fence));
        continue;
      }
      writeCode(written, fence);
      fence = undefined;
      if (!isOutOfQuote) continue;
    }
    fence = fenceOf(line);
    if (fence === undefined) written.push(writer.write(line, lines[index + 1] ?? ""));
  }
  if (fence !== undefined) writeCode(written, fence);
  return written.join("\n").trim();
}

/** While it comes, the first backticks of a mark would be seen as text for a moment. */
const withoutBegunMark = (text: string): string => text.replace(/(^|\n)[ \t>]*(`{1,2}|~{1,2})$/, "$1");

function fenceOf(line: string): Fence | undefined {
  const [, before = "", mark = "", words = ""] = opening.exec(line) ?? [];
  if (mark === "") return undefined;
  return { mark, language: languageOf(words), indent: before.length, isQuoted: before.includes(">"), lines: [] };
}

function closes(line: string, { mark }: Fence): boolean {
  const [, end = ""] = /^[\s>]*(`{3,}|~{3,})\s*$/.exec(line) ?? [];
  return end.length >= mark.length && end.startsWith(mark.charAt(0));
}

function withinFence(line: string, { indent, isQuoted }: Fence): string {
  const own = isQuoted ? line.replace(/^\s*(?:> ?)+/, "") : line;
  const blanks = /^ */.exec(own)?.[0].length ?? 0;
  return isQuoted ? own : own.slice(Math.min(blanks, indent));
}

/** At the left edge, between blank lines, behind more backticks than it contains: read as code whatever stands before it. */
function writeCode(written: string[], { language, lines }: Fence): void {
  const longest = Math.max(2, ...[...lines.join("\n").matchAll(/`{3,}/g)].map(([run]) => run.length));
  const mark = "`".repeat(longest + 1);
  if (written.length > 0 && written.at(-1) !== "") written.push("");
  written.push(mark + language, ...lines, mark, "");
}
