/** A cell or a file of the user's as JavaScript: a function that gets its modules and the names of earlier cells. */
import type TypeScript from "@tslab/typescript-for-tslab";
import { EmittedNames } from "./emitted-names.js";
import { ModuleExports } from "./module-exports.js";
import { ModuleImports } from "./module-imports.js";
import { dropModuleMark, rewriteStatements } from "./rewrite-statements.js";
import { ts } from "./typescript.js";

export interface Emitted {
  /** An expression: `(function ($cell, $scope, $modules, require) { return async function () { … } })`. */
  readonly code: string;
  /** How many UTF-16 units of the first line stand before the user's code. */
  readonly prefixLength: number;
  /** The source map of what follows the prefix, as JSON. */
  readonly map: string;
  /** Modules to load first, in this order; `$modules` has them by number. */
  readonly imports: readonly string[];
  readonly isAsync: boolean;
}

export interface EmitRequest {
  readonly program: TypeScript.Program;
  readonly source: TypeScript.SourceFile;
  /** A cell's value is its last expression, and its names are told to the kernel; a file tells its exports. */
  readonly kind: "cell" | "file";
  /** True for a name that an earlier cell declared and that exists at run time. */
  isEarlier(symbol: TypeScript.Symbol): boolean;
  /** The values that a cell declares. */
  readonly declared: readonly TypeScript.Symbol[];
}

/** The line of each statement in the output is of no importance: the map knows the user's. */
export function emitModule({ program, source, kind, isEarlier, declared }: EmitRequest): Emitted {
  const checker = program.getTypeChecker();
  const names = new EmittedNames(source.text);
  const imports = new ModuleImports(source, checker);
  const exports = kind === "file" ? new ModuleExports(source, { checker, names, imports }) : undefined;
  const written: { code?: string; map?: string } = {};
  program.emit(
    source,
    (name, text) => {
      if (name.endsWith(".map")) written.map = text;
      else written.code = text;
    },
    undefined,
    false,
    { before: [rewriteStatements({ checker, names, imports, exports, isEarlier })], after: [dropModuleMark] },
  );
  if (written.code === undefined || written.map === undefined)
    throw new Error(
      `The compiler wrote nothing for ${source.fileName}: is there a file of the same name, .ts and .tsx?`,
    );
  const isAsync = kind === "file" || awaitsAtTop(source);
  const react = jsxName({ source, checker, imports, names, isEarlier });
  const told = exports?.code ?? namesCode(declared, names, imports);
  const parameters = `${names.cell}, ${names.scope}, ${names.modules}, require`;
  const prefix = `(function (${parameters}) { return ${isAsync ? "async " : ""}function () { "use strict"; ${told}${react} `;
  // "#!" may only be a file's very beginning; its line stays, for the map
  const body = written.code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "").replace(/^#!.*/, "");
  return {
    code: `${prefix}${body}\n}; })`,
    prefixLength: prefix.length,
    map: written.map,
    imports: imports.specifiers,
    isAsync,
  };
}

/** `$cell.names({ a: [() => a, (value) => { a = value; }] });`: read and set from later cells, whenever they like. */
function namesCode(declared: readonly TypeScript.Symbol[], names: EmittedNames, imports: ModuleImports): string {
  const entries = declared.map((symbol) => {
    const name = ts.symbolName(symbol);
    const imported = imports.get(symbol);
    if (imported === undefined) return `${name}: [() => ${name}, (${names.cell}) => { ${name} = ${names.cell}; }]`;
    const property = imported.property === undefined ? "" : `.${imported.property}`;
    return `${name}: [() => ${names.modules}[${imported.module}]${property}]`;
  });
  return entries.length === 0 ? "" : `${names.cell}.names({ __proto__: null, ${entries.join(", ")} });`;
}

/** JSX becomes calls of `React` when the names have been written already, so the name itself is brought in. */
function jsxName({
  source,
  checker,
  imports,
  names,
  isEarlier,
}: {
  source: TypeScript.SourceFile;
  checker: TypeScript.TypeChecker;
  imports: ModuleImports;
  names: EmittedNames;
  isEarlier(symbol: TypeScript.Symbol): boolean;
}): string {
  if (source.languageVariant !== ts.LanguageVariant.JSX) return "";
  const react = checker.getSymbolsInScope(source, ts.SymbolFlags.Value | ts.SymbolFlags.Alias).find(isReact);
  const imported = react === undefined ? undefined : imports.get(react);
  if (imported !== undefined)
    return ` const React = ${names.modules}[${imported.module}]${imported.property === undefined ? "" : `.${imported.property}`};`;
  return react !== undefined && isEarlier(react) ? ` const React = ${names.scope}.React;` : "";
}

const isReact = ({ escapedName }: TypeScript.Symbol): boolean => escapedName === "React";

/** tslab has top-level await since its issue 16; its test for it misses `for await` and `await (…)`, which no issue names. */
function awaitsAtTop(node: TypeScript.Node): boolean {
  if (ts.isClassElement(node) || ts.isFunctionLike(node)) return awaitsAround(node);
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
  return ts.forEachChild(node, (child) => awaitsAtTop(child) || undefined) ?? false;
}

/** A computed name and a decorator are evaluated where the class or the object is; what they belong to is not. */
function awaitsAround(node: TypeScript.ClassElement | TypeScript.SignatureDeclaration): boolean {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  const isComputed = node.name !== undefined && ts.isComputedPropertyName(node.name);
  return (isComputed && awaitsAtTop(node.name)) || decorators.some(awaitsAtTop);
}
