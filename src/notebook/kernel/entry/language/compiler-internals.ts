/** What is taken of the compiler that it does not promise; all of it stands here. */
import type TypeScript from "@tslab/typescript-for-tslab";
import { ts } from "./typescript.js";

interface Internals {
  locals?: Map<TypeScript.__String, TypeScript.Symbol>;
  parent?: TypeScript.Node | undefined;
  resolvedModules?: {
    forEach(see: (resolved: TypeScript.ResolvedModuleWithFailedLookupLocations, name: string) => void): void;
  };
}

interface SymbolInternals {
  exportSymbol?: TypeScript.Symbol;
}

/** The symbols a file declares at its top level; an imported name counts. Known once the file was bound. */
export const localsOf = (file: TypeScript.SourceFile): Map<TypeScript.__String, TypeScript.Symbol> =>
  (file as unknown as Internals).locals ?? new Map();

/** Names that `file` does not know are looked for in `outer`, as a block looks in the block around it. */
export function setOuterScope(file: TypeScript.SourceFile, outer: TypeScript.SourceFile | undefined): void {
  (file as unknown as Internals).parent = outer;
}

/** What the imports of a file resolved to, by specifier. */
export function resolvedImports(file: TypeScript.SourceFile): Map<string, string> {
  const found = new Map<string, string>();
  (file as unknown as Internals).resolvedModules?.forEach(({ resolvedModule }, name) => {
    if (resolvedModule !== undefined) found.set(name, resolvedModule.resolvedFileName);
  });
  return found;
}

/** An exported declaration has two symbols: one in the file's scope and one among its exports. */
export const isSameSymbol = (local: TypeScript.Symbol | undefined, other: TypeScript.Symbol): boolean =>
  local !== undefined && (local === other || (local as SymbolInternals).exportSymbol === other);

/** The flags of a local symbol, with those of its exported half. */
const flagsOf = (symbol: TypeScript.Symbol): number =>
  symbol.flags | ((symbol as SymbolInternals).exportSymbol?.flags ?? 0);

/** True when the name stands for something at run time; an alias is followed, an unknown one counts as a value. */
export function isValue(symbol: TypeScript.Symbol, checker: TypeScript.TypeChecker): boolean {
  const flags = flagsOf(symbol);
  if ((flags & ts.SymbolFlags.Alias) === 0) return (flags & ts.SymbolFlags.Value) !== 0;
  if ((symbol.declarations ?? []).some(isTypeOnly)) return false;
  const target = checker.getAliasedSymbol(symbol);
  return checker.isUnknownSymbol(target) || (target.flags & ts.SymbolFlags.Value) !== 0;
}

const isTypeOnly = (node: TypeScript.Node): boolean =>
  ts.findAncestor(node, (one) => ts.isImportDeclaration(one) || ts.isExportDeclaration(one)) !== undefined &&
  ts.isTypeOnlyImportOrExportDeclaration(node as TypeScript.TypeOnlyAliasDeclaration);

/** True when every declaration only says that something exists elsewhere: `declare const x: number`. */
export const isAmbient = (symbol: TypeScript.Symbol): boolean =>
  (symbol.declarations ?? []).length > 0 &&
  (symbol.declarations ?? []).every(
    (one) =>
      ts.findAncestor(one, (node) =>
        ts.canHaveModifiers(node)
          ? (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)
          : false,
      ) !== undefined,
  );

/** True for a JavaScript file that speaks of `module.exports` or `require` and has neither import nor export. */
export const isCommonJs = (file: TypeScript.SourceFile): boolean =>
  (file as unknown as { commonJsModuleIndicator?: unknown }).commonJsModuleIndicator !== undefined;
