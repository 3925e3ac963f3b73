/** Shift+Tab in an object of options: the option the cursor is in, or all of them. */
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Draft } from "./cell-compiler.js";
import type { CellInspection } from "./cell-language.js";
import { ts } from "./typescript.js";

/** Inside an option's value: that option with its documentation. Elsewhere in the braces: the list, a line for each. */
export function optionsAt({ program, source }: Draft, position: number): CellInspection | undefined {
  const object = objectAt(source, position);
  if (object === undefined) return undefined;
  const checker = program.getTypeChecker();
  const contextual = checker.getContextualType(object);
  const type = contextual === undefined ? undefined : checker.getNonNullableType(contextual);
  if (type === undefined || (type.flags & ts.TypeFlags.Any) !== 0) return undefined;
  const property = object.properties.find((one) => one.getStart(source) <= position && position <= one.end);
  const name = property?.name?.getText(source);
  const option = name === undefined ? undefined : type.getProperty(name);
  const show = (symbol: TypeScript.Symbol): string => {
    const mark = (symbol.flags & ts.SymbolFlags.Optional) === 0 ? "" : "?";
    return `${symbol.name}${mark}: ${checker.typeToString(checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(symbol, object)))}`;
  };
  if (option !== undefined) return shown(`(option) ${show(option)}`, documentation(option, checker));
  const options = type.getProperties();
  if (options.length === 0) return undefined;
  const lines = options.map((one) => `  ${show(one)}${firstLine(documentation(one, checker))}`);
  return shown(`${checker.typeToString(type)} {\n${lines.join("\n")}\n}`, "");
}

function objectAt(source: TypeScript.SourceFile, position: number): TypeScript.ObjectLiteralExpression | undefined {
  let found: TypeScript.ObjectLiteralExpression | undefined;
  const look = (node: TypeScript.Node): void => {
    if (position < node.getStart(source) || position > node.end) return;
    const isClosed = source.text[node.end - 1] === "}";
    if (ts.isObjectLiteralExpression(node) && (position < node.end || !isClosed)) found = node;
    // what stands in brackets inside a value is asked by itself
    else if (found !== undefined && (ts.isCallExpression(node) || ts.isFunctionLike(node))) found = undefined;
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

const documentation = (symbol: TypeScript.Symbol, checker: TypeScript.TypeChecker): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker));

const firstLine = (text: string): string => (text === "" ? "" : `  // ${text.split("\n")[0]}`);

const shown = (signature: string, about: string): CellInspection => ({
  text: about === "" ? signature : `${signature}\n\n${about}`,
  markdown: `\`\`\`typescript\n${signature}\n\`\`\`\n\n${about}`.trimEnd(),
});
