/** Statements that only a module's top level has, as emitted code has them: imports, exports, a cell's last expression. */
import type TypeScript from "@tslab/typescript-for-tslab";
import type { ModuleExports } from "./module-exports.js";
import { type NameRules, nameVisitor } from "./rewrite-names.js";
import { ts } from "./typescript.js";

/** What of the two kinds of source is rewritten: a cell gives its last value, a file gives exports. */
export interface StatementRules extends NameRules {
  readonly exports: ModuleExports | undefined;
}

/** Runs before the compiler's own steps, while every name still has its symbol. */
export function rewriteStatements(rules: StatementRules): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => (source) => {
    const visit = nameVisitor(rules, context);
    const last = rules.exports === undefined ? lastExpression(source) : undefined;
    const statements = source.statements.flatMap((statement) => rewritten(statement, { rules, visit, last }));
    return ts.factory.updateSourceFile(
      source,
      ts.setTextRange(ts.factory.createNodeArray(statements), source.statements),
    );
  };
}

function rewritten(
  statement: TypeScript.Statement,
  {
    rules,
    visit,
    last,
  }: { rules: StatementRules; visit: TypeScript.Visitor; last: TypeScript.ExpressionStatement | undefined },
): TypeScript.Statement[] {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
  if (last !== undefined && statement === last) return [kept(rules, last.expression, visit, last)];
  if (ts.isExportAssignment(statement)) return [exported(rules, statement, visit)];
  return [withoutExport(visit(statement) as TypeScript.Statement, rules)];
}

/** The compiler marks a file without imports and exports as a module: `export {};`, which no function may contain. */
export const dropModuleMark: TypeScript.TransformerFactory<TypeScript.SourceFile> = () => (source) =>
  ts.factory.updateSourceFile(
    source,
    source.statements.filter((statement) => !ts.isExportDeclaration(statement)),
  );

/** The statement whose value a cell shows: the last one, when it is an expression. What is only a type does not count. */
function lastExpression({ statements }: TypeScript.SourceFile): TypeScript.ExpressionStatement | undefined {
  const last = statements.findLast(
    (one) => !ts.isEmptyStatement(one) && !ts.isInterfaceDeclaration(one) && !ts.isTypeAliasDeclaration(one),
  );
  return last !== undefined && ts.isExpressionStatement(last) ? last : undefined;
}

/** `$cell.value = expression;` */
function kept(
  { names }: NameRules,
  expression: TypeScript.Expression,
  visit: TypeScript.Visitor,
  at: TypeScript.Node,
): TypeScript.Statement {
  const value = ts.factory.createAssignment(names.ofCell("value"), visit(expression) as TypeScript.Expression);
  return ts.setTextRange(ts.factory.createExpressionStatement(value), at);
}

/** `export default expression`: a constant in a file, the value in a cell. */
function exported(
  rules: StatementRules,
  node: TypeScript.ExportAssignment,
  visit: TypeScript.Visitor,
): TypeScript.Statement {
  if (rules.exports === undefined) return kept(rules, node.expression, visit, node);
  const value = visit(node.expression) as TypeScript.Expression;
  const constant = ts.factory.createVariableDeclaration(rules.exports.defaultName, undefined, undefined, value);
  const list = ts.factory.createVariableDeclarationList([constant], ts.NodeFlags.Const);
  return ts.setTextRange(ts.factory.createVariableStatement(undefined, list), node);
}

/** The same declaration without `export` and `default`. */
function withoutExport(node: TypeScript.Statement, { exports, names }: StatementRules): TypeScript.Statement {
  if (!ts.canHaveModifiers(node)) return node;
  const modifiers = ts.getModifiers(node) ?? [];
  const left = (ts.canHaveDecorators(node) ? [...(ts.getDecorators(node) ?? [])] : []) as TypeScript.ModifierLike[];
  left.push(
    ...modifiers.filter(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword),
  );
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return node;
  const { factory } = ts;
  const unnamed = factory.createIdentifier(exports?.defaultName ?? `${names.cell}Default`);
  if (ts.isVariableStatement(node)) return factory.updateVariableStatement(node, left, node.declarationList);
  if (ts.isFunctionDeclaration(node))
    return factory.updateFunctionDeclaration(
      node,
      left,
      node.asteriskToken,
      node.name ?? unnamed,
      node.typeParameters,
      node.parameters,
      node.type,
      node.body,
    );
  if (ts.isClassDeclaration(node))
    return factory.updateClassDeclaration(
      node,
      left,
      node.name ?? unnamed,
      node.typeParameters,
      node.heritageClauses,
      node.members,
    );
  if (ts.isEnumDeclaration(node))
    return factory.updateEnumDeclaration(node, left as TypeScript.Modifier[], node.name, node.members);
  if (ts.isModuleDeclaration(node))
    return factory.updateModuleDeclaration(node, left as TypeScript.Modifier[], node.name, node.body);
  return node;
}
