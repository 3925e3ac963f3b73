/**
 * Names of earlier cells and imported names, as emitted code reaches them.
 *
 * tslab rewrites the names of earlier cells after the types are gone, and every identifier but a property's: so
 * `{ temperature }` becomes `{ exports.temperature }` in its mind and `{ temperature }` in its output, which fails at run
 * time. (No issue of tslab names it.) Here it is done before, where the compiler still knows what each name is.
 */
import type TypeScript from "@tslab/typescript-for-tslab";
import type { EmittedNames } from "./emitted-names.js";
import type { ModuleImports } from "./module-imports.js";
import { ts } from "./typescript.js";

export interface NameRules {
  readonly checker: TypeScript.TypeChecker;
  readonly names: EmittedNames;
  readonly imports: ModuleImports;
  /** True for a name that an earlier cell declared and that exists at run time. */
  isEarlier(symbol: TypeScript.Symbol): boolean;
}

/** Gives a visitor for statements and expressions. Types are left alone: they vanish. */
export function nameVisitor(rules: NameRules, context: TypeScript.TransformationContext): TypeScript.Visitor {
  const { factory } = ts;

  const visit = (node: TypeScript.Node): TypeScript.Node => {
    if (ts.isIdentifier(node)) return replaced(node, rules.checker.getSymbolAtLocation(node)) ?? node;
    if (ts.isExpressionWithTypeArguments(node)) return visitedHeritage(node);
    if (isLeftAlone(node)) return node;
    return visitedSpecial(node) ?? ts.visitEachChild(node, visit, context);
  };
  const visited = <N extends TypeScript.Node>(node: N): N => visit(node) as N;

  /** Nodes in which a name cannot simply be put in the place of another. */
  function visitedSpecial(node: TypeScript.Node): TypeScript.Node | undefined {
    if (ts.isShorthandPropertyAssignment(node)) return visitedShorthand(node);
    if (ts.isPropertyAccessExpression(node)) return visitedAccess(node);
    if (ts.isCallExpression(node)) return visitedCall(node);
    if (ts.isTaggedTemplateExpression(node)) return visitedTag(node);
    if (ts.isImportEqualsDeclaration(node)) return visitedImportEquals(node);
    return isImportMeta(node) ? rules.names.ofCell("meta") : undefined;
  }

  function replaced(node: TypeScript.Identifier, symbol: TypeScript.Symbol | undefined): TypeScript.Node | undefined {
    if (symbol === undefined) return undefined;
    const imported = rules.imports.get(symbol);
    if (imported === undefined && !rules.isEarlier(symbol)) return undefined;
    const name = imported === undefined ? rules.names.earlier(node.text) : rules.names.imported(imported);
    // a call is told at the place of the name, not behind it
    ts.setEmitFlags(name, ts.EmitFlags.NoTrailingSourceMap);
    return ts.setSourceMapRange(ts.setTextRange(name, node), node);
  }

  function visitedShorthand(node: TypeScript.ShorthandPropertyAssignment): TypeScript.Node {
    const value = replaced(node.name, rules.checker.getShorthandAssignmentValueSymbol(node));
    if (value === undefined) return ts.visitEachChild(node, visit, context);
    const { objectAssignmentInitializer: initial } = node;
    const target = value as TypeScript.Expression;
    const whole = initial === undefined ? target : factory.createAssignment(target, visited(initial));
    return ts.setTextRange(factory.createPropertyAssignment(factory.createIdentifier(node.name.text), whole), node);
  }

  function visitedAccess(node: TypeScript.PropertyAccessExpression): TypeScript.Node {
    const inner = visited(node.expression);
    return ts.isPropertyAccessChain(node)
      ? factory.updatePropertyAccessChain(node, inner, node.questionDotToken, node.name)
      : factory.updatePropertyAccessExpression(node, inner, node.name);
  }

  /** A function that is called by its name has no `this`, also when the name became a property. */
  function unbound(callee: TypeScript.Expression): TypeScript.Expression {
    const inner = visited(callee);
    if (inner === callee || !isName(callee)) return inner;
    const alone = factory.createParenthesizedExpression(factory.createComma(factory.createNumericLiteral(0), inner));
    return ts.setEmitFlags(ts.setTextRange(alone, callee), ts.EmitFlags.NoTrailingSourceMap);
  }

  function visitedCall(node: TypeScript.CallExpression): TypeScript.Node {
    const args = ts.visitNodes(node.arguments, visit, ts.isExpression);
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword)
      return ts.setTextRange(factory.createCallExpression(rules.names.ofCell("import"), undefined, args), node);
    const callee = unbound(node.expression);
    return ts.isCallChain(node)
      ? factory.updateCallChain(node, callee, node.questionDotToken, undefined, args)
      : factory.updateCallExpression(node, callee, undefined, args);
  }

  function visitedTag(node: TypeScript.TaggedTemplateExpression): TypeScript.Node {
    return factory.updateTaggedTemplateExpression(node, unbound(node.tag), undefined, visited(node.template));
  }

  function visitedHeritage(node: TypeScript.ExpressionWithTypeArguments): TypeScript.Node {
    const isType =
      ts.isHeritageClause(node.parent) &&
      (node.parent.token === ts.SyntaxKind.ImplementsKeyword || ts.isInterfaceDeclaration(node.parent.parent));
    return isType ? node : factory.updateExpressionWithTypeArguments(node, visited(node.expression), undefined);
  }

  /** `import fs = require("fs")`, `import Part = Whole.Part`: both become a constant. */
  function visitedImportEquals(node: TypeScript.ImportEqualsDeclaration): TypeScript.Node {
    const { name, moduleReference } = node;
    const symbol = rules.checker.getSymbolAtLocation(name);
    const isType = symbol === undefined || (rules.checker.getAliasedSymbol(symbol).flags & ts.SymbolFlags.Value) === 0;
    if (node.isTypeOnly || (isType && !ts.isExternalModuleReference(moduleReference)))
      return factory.createNotEmittedStatement(node);
    const value = ts.isExternalModuleReference(moduleReference)
      ? factory.createCallExpression(factory.createIdentifier("require"), undefined, [moduleReference.expression])
      : entity(moduleReference);
    const constant = factory.createVariableDeclaration(name.text, undefined, undefined, value);
    const list = factory.createVariableDeclarationList([constant], ts.NodeFlags.Const);
    return ts.setTextRange(factory.createVariableStatement(undefined, list), node);
  }

  function entity(name: TypeScript.EntityName): TypeScript.Expression {
    return ts.isIdentifier(name)
      ? (visited(name) as TypeScript.Expression)
      : factory.createPropertyAccessExpression(entity(name.left), name.right.text);
  }

  return visit;
}

/** A name, also in brackets or with a type: `(f)`, `f!`, `f as () => void`. */
function isName(node: TypeScript.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return isName(node.expression);
  if (ts.isAssertionExpression(node) || ts.isSatisfiesExpression(node)) return isName(node.expression);
  return ts.isIdentifier(node);
}

const isImportMeta = (node: TypeScript.Node): boolean =>
  ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword;

/** What vanishes with the types, and what names things by themselves. */
const isLeftAlone = (node: TypeScript.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isTypeParameterDeclaration(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportSpecifier(node);
