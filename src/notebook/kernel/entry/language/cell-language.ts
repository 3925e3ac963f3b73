/**
 * What a cell's TypeScript means, as the kernel sees it: from code to a value, and what the editor asks.
 *
 * While it is open every `error.stack` of the process has the user's lines and columns, `cell 3:2:11`.
 */

/** A place in the user's own text. Both count from 1, as editors show them. */
export interface CellPosition {
  readonly line: number;
  readonly column: number;
}

/** Why a cell, or a file it imports, may not run. */
export interface CellDiagnostic extends CellPosition {
  /** One or more sentences, without the place. */
  readonly message: string;
  /** The user's file as seen from the notebook's folder; undefined: the cell. */
  readonly fileName?: string;
  /** TypeScript's number of the message, e.g. 2304; 0: one of ours. */
  readonly code: number;
}

/** A cell that was read. It may run when it has no diagnostics. */
export interface ConvertedCell {
  /** What its frames say in stacks, e.g. "cell 3". */
  readonly fileName: string;
  readonly diagnostics: readonly CellDiagnostic[];
  /** JavaScript, for those who are curious; empty when there are diagnostics. */
  readonly output: string;
  /** Names it declares at its top level, types included. */
  readonly names: readonly string[];
}

export interface RunningCell {
  /**
   * The value of the last expression, undefined when the cell ends with none. It is boxed, for the value may be a promise
   * that the cell did not await. Rejects with what the cell threw.
   */
  readonly ended: Promise<{ readonly value: unknown }>;
}

export interface CellCompletion {
  /** Offsets (UTF-16 units) of the text that a match replaces. */
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
}

export interface CellInspection {
  /** Plain text: signature, then documentation. */
  readonly text: string;
  /** The same as Markdown, where the editor can show it. */
  readonly markdown: string;
}

export interface CellLanguage {
  /** Reads a cell. `number` is the execution count its frames carry. Never throws for what a user typed. */
  convert(code: string, number: number): ConvertedCell;
  /**
   * Runs a cell without diagnostics: modules are loaded first, then the code starts.
   *
   * The synchronous part can be broken by SIGINT (as `vm`'s breakOnSigint does). Nobody stops the asynchronous part:
   * the caller races `ended` with its own interrupt. `runInCell` wraps every synchronous start of the cell's code, for a
   * caller that wants to know when that is, or to set an AsyncLocalStorage; default: calls it.
   */
  run(cell: ConvertedCell, runInCell?: <T>(start: () => T) => T): RunningCell;
  /**
   * Ends a cell that ran, threw, or was interrupted: from now on its names count as declared, value and type. Names that
   * it had not reached stay what they were. Call it once for each cell that was run; a later `convert` sees it.
   */
  commit(cell: ConvertedCell): void;
  /** What Tab offers. `position` in UTF-16 units. */
  complete(code: string, position: number): CellCompletion;
  /** What Shift+Tab shows; undefined when there is nothing to say. */
  inspect(code: string, position: number): CellInspection | undefined;
  /** Whether a console should run the code at Enter, or wait for more, with this indent. */
  isComplete(code: string): { readonly status: "complete" | "incomplete" | "invalid"; readonly indent: string };
  /** An error's stack without the kernel's own frames. */
  mapStack(stack: string): string;
  /** Values of all names by name, as later cells see them (`__tslab__.exports`). */
  readonly scope: Readonly<Record<string, unknown>>;
  /** As cells call it: resolves from the notebook's folder; knows "tslab" and "locallab" everywhere. */
  readonly require: NodeJS.Require;
  /** Lets go of the compiler. */
  close(): void;
}

export interface CellLanguageOptions {
  /** The notebook's folder. Default: the process's. */
  readonly cwd?: string;
}
