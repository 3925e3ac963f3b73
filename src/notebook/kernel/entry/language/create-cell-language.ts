/**
 * The language of a notebook's cells: TypeScript 5.0, read in the scope of the cells before.
 *
 * It stands in the place of tslab 1.0.22's converter and executor. Each file says which fault it is free of, with the
 * number of tslab's issue where there is one; the folder can go the day a tslab passes `test/notebook/kernel/language`.
 */

import { CellCompiler, type CompiledCell } from "./cell-compiler.js";
import type { CellLanguage, CellLanguageOptions, ConvertedCell, RunningCell } from "./cell-language.js";
import { CellRunner, type RunnableCell } from "./cell-runner.js";
import { completeCell } from "./complete-cell.js";
import { inspectCell } from "./inspect-cell.js";
import { isCompleteCell } from "./is-complete-cell.js";
import { ModuleLoader } from "./module-loader.js";
import { StackMap, withoutOwnFrames } from "./stack-map.js";
import { compilerProblem } from "./typescript.js";

interface Prepared {
  readonly compiled: CompiledCell;
  readonly runnable: RunnableCell | undefined;
}

/** @throws When the compiler is not the one this was written against; the message says what to do. */
export function createCellLanguage({ cwd = process.cwd() }: CellLanguageOptions = {}): CellLanguage {
  const problem = compilerProblem();
  if (problem !== undefined) throw new Error(problem);
  const stacks = new StackMap();
  const uninstall = stacks.install();
  const compiler = new CellCompiler(cwd);
  const loader = new ModuleLoader(stacks, (path) => compiler.compileImport(path, loader.files));
  const runner = new CellRunner(cwd, loader);
  // reading the libraries takes 1.3 s of CPU: before the first cell, while a person still looks at the page
  const warming = setImmediate(() => compiler.draft(""));
  const cells = new WeakMap<ConvertedCell, Prepared>();

  const preparedOf = (cell: ConvertedCell): Prepared => {
    const prepared = cells.get(cell);
    if (prepared === undefined) throw new Error("The cell was converted by another kernel.");
    return prepared;
  };

  return {
    scope: runner.scope,
    require: runner.require,
    convert(code: string, number: number): ConvertedCell {
      const compiled = compiler.compile(code, loader.files);
      const { diagnostics, names, emitted, links } = compiled;
      const fileName = `cell ${number}`;
      const cell = { fileName, diagnostics, names, output: emitted?.code ?? "" };
      cells.set(cell, { compiled, runnable: emitted && { fileName, emitted, links } });
      return cell;
    },
    run(cell: ConvertedCell, runInCell = <T>(start: () => T): T => start()): RunningCell {
      const { runnable } = preparedOf(cell);
      if (runnable === undefined) throw new Error("A cell with diagnostics does not run.");
      return runner.run(runnable, runInCell);
    },
    commit(cell: ConvertedCell): void {
      const { compiled, runnable } = preparedOf(cell);
      if (runnable !== undefined && cells.delete(cell)) compiler.add(compiled, runner.keepNames(runnable));
    },
    complete: (code, position) => completeCell(compiler.draft(code), position),
    inspect: (code, position) => inspectCell(compiler.draft(code), position),
    isComplete: isCompleteCell,
    mapStack: withoutOwnFrames,
    close(): void {
      clearImmediate(warming);
      uninstall();
      compiler.close();
    },
  };
}
