/** What a file of the user's exports at run time, as a list of getters in emitted code. */
import type TypeScript from "@tslab/typescript-for-tslab";
import { isValue } from "./compiler-internals.js";
import type { EmittedNames } from "./emitted-names.js";
import type { ModuleImports } from "./module-imports.js";
import { ts } from "./typescript.js";

export class ModuleExports {
  /** The constant that holds `export default expression`, and the name of a default without one. */
  readonly defaultName: string;
  readonly #checker: TypeScript.TypeChecker;
  readonly #names: EmittedNames;
  readonly #imports: ModuleImports;
  /** Exported name to the code of its value. */
  readonly #getters = new Map<string, string>();
  /** Modules whose names are all handed on. */
  readonly #stars: number[] = [];

  constructor(
    source: TypeScript.SourceFile,
    parts: { checker: TypeScript.TypeChecker; names: EmittedNames; imports: ModuleImports },
  ) {
    this.#checker = parts.checker;
    this.#names = parts.names;
    this.#imports = parts.imports;
    this.defaultName = `${parts.names.cell}Default`;
    for (const statement of source.statements) this.#add(statement);
  }

  /** Code that tells the kernel of them; stands before the file's own first statement, so cycles see what is hoisted. */
  get code(): string {
    const getters = [...this.#getters].map(([name, value]) => `${JSON.stringify(name)}: () => ${value}`);
    return `${this.#names.cell}.exports({ ${getters.join(", ")} }, [${this.#stars.join(", ")}]);`;
  }

  #add(statement: TypeScript.Statement): void {
    if (ts.isExportDeclaration(statement)) this.#addList(statement);
    else if (ts.isExportAssignment(statement)) this.#getters.set("default", this.defaultName);
    else if (hasModifier(statement, ts.SyntaxKind.ExportKeyword)) this.#addDeclaration(statement);
  }

  #addDeclaration(statement: TypeScript.Statement): void {
    const isDefault = hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
    const names = declaredNames(statement);
    if (isDefault && !ts.isInterfaceDeclaration(statement))
      this.#getters.set("default", names[0]?.text ?? this.defaultName);
    if (isDefault || hasModifier(statement, ts.SyntaxKind.DeclareKeyword)) return;
    for (const name of names) {
      const symbol = this.#checker.getSymbolAtLocation(name);
      if (symbol !== undefined && isValue(symbol, this.#checker)) this.#getters.set(name.text, name.text);
    }
  }

  #addList({ exportClause, moduleSpecifier, isTypeOnly }: TypeScript.ExportDeclaration): void {
    if (isTypeOnly) return;
    const module = moduleSpecifier === undefined ? undefined : this.#imports.moduleOf(moduleSpecifier);
    if (exportClause === undefined) {
      if (module !== undefined) this.#stars.push(module);
    } else if (ts.isNamespaceExport(exportClause))
      this.#getters.set(exportClause.name.text, `${this.#names.modules}[${module}]`);
    else for (const one of exportClause.elements) this.#addSpecifier(one, module);
  }

  #addSpecifier(one: TypeScript.ExportSpecifier, module: number | undefined): void {
    const own = this.#checker.getSymbolAtLocation(one.name);
    if (one.isTypeOnly || (own !== undefined && !isValue(own, this.#checker))) return;
    const { text } = one.propertyName ?? one.name;
    if (module !== undefined) {
      this.#getters.set(one.name.text, `${this.#names.modules}[${module}].${text}`);
      return;
    }
    const target = this.#checker.getExportSpecifierLocalTargetSymbol(one);
    const imported = target === undefined ? undefined : this.#imports.get(target);
    const property = imported?.property === undefined ? "" : `.${imported.property}`;
    const code = imported === undefined ? text : `${this.#names.modules}[${imported.module}]${property}`;
    this.#getters.set(one.name.text, code);
  }
}

const hasModifier = (node: TypeScript.Statement, kind: TypeScript.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((one) => one.kind === kind);

/** The names a declaration brings; a pattern brings several. */
function declaredNames(node: TypeScript.Statement): TypeScript.Identifier[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  const { name } = node as TypeScript.Statement & { name?: TypeScript.Node };
  return name !== undefined && ts.isIdentifier(name) ? [name] : [];
}

function boundNames(name: TypeScript.BindingName): TypeScript.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}
