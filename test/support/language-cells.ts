/** Cells run in a language without a kernel around it, for tests. */
import type { CellLanguage } from "../../src/notebook/kernel/entry/language/cell-language.js";

export type CellResult =
  | { readonly ended: "ok"; readonly value: unknown }
  /** Diagnostics as `file line:column message`, or the stack of what was thrown. */
  | { readonly ended: "refused" | "threw"; readonly message: string };

export class LanguageCells {
  readonly #language: CellLanguage;
  #count = 0;

  constructor(language: CellLanguage) {
    this.#language = language;
  }

  /** Converts, runs and commits a cell, as the kernel does. */
  async run(code: string): Promise<CellResult> {
    this.#count += 1;
    const cell = this.#language.convert(code, this.#count);
    if (cell.diagnostics.length > 0) {
      const lines = cell.diagnostics.map(
        ({ fileName, line, column, message }) =>
          `${fileName === undefined ? "" : `${fileName} `}${line}:${column} ${message}`,
      );
      return { ended: "refused", message: lines.join("\n") };
    }
    try {
      const { value } = await this.#language.run(cell).ended;
      return { ended: "ok", value };
    } catch (error) {
      return { ended: "threw", message: this.#language.mapStack(String((error as Error).stack ?? error)) };
    } finally {
      this.#language.commit(cell);
    }
  }
}
