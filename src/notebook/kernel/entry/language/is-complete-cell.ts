/** Whether a console runs what was typed when Enter is pressed, or waits for more. */
import { ts } from "./typescript.js";

/** Two empty lines at the end run it in any case. */
export function isCompleteCell(code: string): { status: "complete" | "incomplete" | "invalid"; indent: string } {
  const complete = { status: "complete", indent: "" } as const;
  if (/(?:^|\n)\s*\n\s*$/.test(code)) return complete;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022) as {
    parseDiagnostics?: { start: number; length: number }[];
  };
  const problems = file.parseDiagnostics ?? [];
  if (problems.length === 0) return complete;
  const end = code.trimEnd().length;
  // only what is missing at the very end may still come
  if (!problems.some(({ start }) => start >= end) && !isInsideText(code)) return { status: "invalid", indent: "" };
  const line = code.slice(code.lastIndexOf("\n") + 1);
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return { status: "incomplete", indent: /[{([]\s*$/.test(line) ? `${indent}  ` : indent };
}

/** True in a template or a comment that has not ended. */
function isInsideText(code: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, false, ts.LanguageVariant.Standard, code);
  let isOpen = false;
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan())
    isOpen = scanner.isUnterminated();
  return isOpen;
}
