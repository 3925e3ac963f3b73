/** Why a cell does not even begin: what TypeScript says of it. */
import type { CellFailure } from "../channels/thread-messages.js";
import type { CellDiagnostic } from "../language/cell-language.js";

/** Each complaint with its place, and the user's line with a mark below it. */
export function refusalOf(diagnostics: readonly CellDiagnostic[], code: string): CellFailure {
  const lines = code.split("\n");
  const [first] = diagnostics;
  const traceback = diagnostics.flatMap((diagnostic) => {
    const { line, column, message, fileName } = diagnostic;
    const place = `${fileName === undefined ? "" : `${fileName} `}${line}:${column}`;
    return [`${place} - ${message}`, ...(fileName === undefined ? marked(lines[line - 1], column) : [])];
  });
  const isOurs = first?.code === 0;
  return { name: isOurs ? "CellError" : "TypeScriptError", message: first?.message ?? "", traceback };
}

/** The user's line, as far as it fits a cell, with a mark under the column. */
function marked(line: string | undefined, column: number): string[] {
  if (line === undefined || line.length > 200) return [];
  const before = line.slice(0, column - 1).replaceAll(/[^\t]/g, " ");
  return [`    ${line}`, `    ${before}^`];
}
