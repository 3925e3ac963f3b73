/** Why a cell may not run, in a cell's words and at the user's line and column. */
import { relative } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { CellDiagnostic } from "./cell-language.js";
import { findNewerSyntax } from "./newer-syntax.js";
import { ts } from "./typescript.js";

/** TypeScript's complaints that do not hold in a cell. 1202, 1203: `import x = require()` and `export =` work here. */
const ignored: readonly number[] = [1202, 1203];
/** "Cannot find name", with its relatives: did you mean, change lib, install types. */
const unknownName: readonly number[] = [2304, 2552, 2580, 2582, 2583, 2584, 2591, 2592, 2593, 2867, 2868];

export interface DiagnosticsRequest {
  readonly program: TypeScript.Program;
  /** The cell and the user's files it imports. */
  readonly sources: readonly TypeScript.SourceFile[];
  readonly cell: TypeScript.SourceFile;
  readonly cwd: string;
  /** True when the cell that should have declared the name ended before it did. */
  isStopped(name: string): boolean;
}

/** In the order of the text, files first. One sentence for syntax that is newer than the compiler, and nothing else. */
export function cellDiagnostics({ program, sources, cell, cwd, isStopped }: DiagnosticsRequest): CellDiagnostic[] {
  return sources.flatMap((source) => {
    const fileName = source === cell ? undefined : relative(cwd, source.fileName);
    const at = (offset: number) => {
      const { line, character } = source.getLineAndCharacterOfPosition(offset);
      return { line: line + 1, column: character + 1, ...(fileName === undefined ? {} : { fileName }) };
    };
    const syntactic = program.getSyntacticDiagnostics(source);
    const first = syntactic[0];
    const newer = first === undefined ? undefined : findNewerSyntax(source.text, first.start);
    if (newer !== undefined) return [{ ...at(newer.offset), message: newer.message, code: 0 }];
    // what follows from a text that could not be parsed is noise
    const all = syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(source);
    return all
      .filter(({ category, code }) => category === ts.DiagnosticCategory.Error && !ignored.includes(code))
      .map(({ start = 0, length = 0, code, messageText }) => {
        const name = source.text.slice(start, start + length);
        const message = unknownName.includes(code)
          ? unknownNameMessage({ name, isStopped: isStopped(name), text: plainText(messageText) })
          : plainText(messageText);
        return { ...at(start), message, code };
      });
  });
}

const plainText = (text: string | TypeScript.DiagnosticMessageChain): string =>
  ts.flattenDiagnosticMessageText(text, "\n");

function unknownNameMessage({ name, isStopped, text }: { name: string; isStopped: boolean; text: string }): string {
  if (isStopped)
    return `"${name}" is not defined: the cell that defines it stopped before it came to it. Run that cell again.`;
  if (name === "arguments") return 'A cell has no "arguments": they belong to a function.';
  // advice for a tsconfig.json, which cells do not have
  return text.replace(/ (?:Do you need to|Try `npm i)[\s\S]*$/, "");
}
