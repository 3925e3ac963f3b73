/** Which modules a cell or a file loads, and what its imported names stand for. */
import type TypeScript from "@tslab/typescript-for-tslab";
import { isValue } from "./compiler-internals.js";
import { ts } from "./typescript.js";

/** A name out of a loaded module; without `property` it is the module itself. */
export interface ImportedName {
  /** Place in `specifiers`. */
  readonly module: number;
  readonly property: string | undefined;
}

/**
 * The import and re-export statements of one source.
 *
 * A statement that brings types only loads nothing. An imported value is kept though the source itself does not use it:
 * a later cell may.
 */
export class ModuleImports {
  readonly #checker: TypeScript.TypeChecker;
  readonly #specifiers: string[] = [];
  readonly #names = new Map<TypeScript.Symbol, ImportedName>();

  constructor(source: TypeScript.SourceFile, checker: TypeScript.TypeChecker) {
    this.#checker = checker;
    for (const statement of source.statements) {
      if (ts.isImportDeclaration(statement)) this.#addImport(statement);
      else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined && !statement.isTypeOnly)
        this.moduleOf(statement.moduleSpecifier);
    }
  }

  /** What to load, in the order of the source, each once. */
  get specifiers(): readonly string[] {
    return this.#specifiers;
  }

  /** What an imported name stands for; undefined for every other symbol. */
  get(symbol: TypeScript.Symbol): ImportedName | undefined {
    return this.#names.get(symbol);
  }

  /** The number of a module, which is loaded from now on. */
  moduleOf(specifier: TypeScript.Expression): number {
    const { text } = specifier as TypeScript.StringLiteral;
    const known = this.#specifiers.indexOf(text);
    return known === -1 ? this.#specifiers.push(text) - 1 : known;
  }

  #addImport({ importClause, moduleSpecifier }: TypeScript.ImportDeclaration): void {
    if (importClause === undefined) {
      this.moduleOf(moduleSpecifier);
      return;
    }
    if (importClause.isTypeOnly) return;
    const { name, namedBindings } = importClause;
    const named = namedBindings !== undefined && ts.isNamedImports(namedBindings) ? [...namedBindings.elements] : [];
    const isEmpty = name === undefined && namedBindings !== undefined && ts.isNamedImports(namedBindings);
    if (isEmpty && named.length === 0) this.moduleOf(moduleSpecifier);
    if (name !== undefined) this.#addName(name, moduleSpecifier, "default");
    if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings))
      this.#addName(namedBindings.name, moduleSpecifier, undefined);
    for (const one of named) this.#addName(one.name, moduleSpecifier, (one.propertyName ?? one.name).text);
  }

  #addName(name: TypeScript.Identifier, specifier: TypeScript.Expression, property: string | undefined): void {
    const symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol === undefined || !isValue(symbol, this.#checker)) return;
    this.#names.set(symbol, { module: this.moduleOf(specifier), property });
  }
}
