/** What Tab offers. */
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Draft } from "./cell-compiler.js";
import type { CellCompletion } from "./cell-language.js";
import { type CompletionPlace, hookCompletions } from "./completion-hook.js";
import { ts } from "./typescript.js";

/** Names that complete what stands before the cursor: as typed first, then in other case, then those that contain it. */
export function completeCell({ service, program, source }: Draft, position: number): CellCompletion {
  const quoted = stringAt(source, position);
  const entries = service.getCompletionsAtPosition(source.fileName, position, preferences)?.entries ?? [];
  if (quoted !== undefined) {
    const [start, end] = [
      quoted.getStart(source) + 1,
      Math.max(quoted.end - (isClosed(quoted, source) ? 1 : 0), position),
    ];
    const text = source.text.slice(start, position);
    const place = { ...placeOf(quoted, program.getTypeChecker()), text };
    // the end of a path is all that is offered of it, so it replaces the end only
    const from = entries.find(({ replacementSpan }) => replacementSpan !== undefined)?.replacementSpan?.start ?? start;
    const names = from === start ? [...hookCompletions(place), ...sorted(entries)] : sorted(entries);
    return { start: from, end, matches: matching([...new Set(names)], source.text.slice(from, position)) };
  }
  const { start, end } = wordAt(source.text, position);
  return { start, end, matches: matching(sorted(entries), source.text.slice(start, position)) };
}

const preferences: TypeScript.GetCompletionsAtPositionOptions = {
  includeCompletionsForModuleExports: false,
  includeCompletionsWithInsertText: false,
};

/** The compiler orders by what fits: what belongs here first, keywords last. */
function sorted(entries: readonly TypeScript.CompletionEntry[]): string[] {
  return [...entries]
    .filter(({ name, kind }) => kind !== ts.ScriptElementKind.warning && !/^__(?:cell\d+|draft)__/.test(name))
    .sort((a, b) => compare(a.sortText, b.sortText) || compare(a.name, b.name))
    .map(({ name }) => name);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function matching(names: readonly string[], typed: string): string[] {
  const lower = typed.toLowerCase();
  const rank = (name: string): number => {
    if (name.startsWith(typed)) return 0;
    if (name.toLowerCase().startsWith(lower)) return 1;
    return name.toLowerCase().includes(lower) ? 2 : 3;
  };
  // sort keeps the order of equals
  return names
    .map((name) => ({ name, rank: rank(name) }))
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
}

function wordAt(text: string, position: number): { start: number; end: number } {
  const before = /[#\p{ID_Continue}$]*$/u.exec(text.slice(0, position))?.[0].length ?? 0;
  const after = /^[\p{ID_Continue}$]*/u.exec(text.slice(position))?.[0].length ?? 0;
  return { start: position - before, end: position + after };
}

/** The string or plain template around the cursor, which stands behind its opening quote. */
function stringAt(source: TypeScript.SourceFile, position: number): TypeScript.StringLiteralLike | undefined {
  const find = (node: TypeScript.Node): TypeScript.StringLiteralLike | undefined => {
    if (position < node.pos || position > node.end) return undefined;
    if (ts.isStringLiteralLike(node)) {
      const isInside = position > node.getStart(source) && (position < node.end || !isClosed(node, source));
      return isInside ? node : undefined;
    }
    return ts.forEachChild(node, find);
  };
  return find(source);
}

function isClosed(node: TypeScript.StringLiteralLike, source: TypeScript.SourceFile): boolean {
  const text = node.getText(source);
  return text.length > 1 && text.at(-1) === text[0];
}

function placeOf(node: TypeScript.StringLiteralLike, checker: TypeScript.TypeChecker): Omit<CompletionPlace, "text"> {
  const property =
    ts.isPropertyAssignment(node.parent) && node.parent.initializer === node ? node.parent.name.getText() : undefined;
  const call = ts.findAncestor(node, (one): one is TypeScript.CallExpression => ts.isCallExpression(one));
  const index = call?.arguments.findIndex((one) => one.pos <= node.pos && node.end <= one.end) ?? -1;
  if (call === undefined || index === -1) return { callee: undefined, parameter: undefined, property };
  const parameter = checker.getResolvedSignature(call)?.parameters[index]?.name;
  return { callee: call.expression.getText(), parameter, property };
}
