/** The cells that ran and whose names still count, each in the scope of those before it. */
import type TypeScript from "@tslab/typescript-for-tslab";
import { isAmbient, isSameSymbol, isValue, localsOf, setOuterScope } from "./compiler-internals.js";
import { ts } from "./typescript.js";

interface EarlierCell {
  readonly path: string;
  readonly source: TypeScript.SourceFile;
  /** Paths of earlier cells whose names it uses. */
  readonly uses: ReadonlySet<string>;
  /** It changes what is known everywhere (`declare global`, `declare module`), so it stays. */
  readonly isGlobal: boolean;
}

/** How many cells stay that have no name of their own left, but whose types a living name may need. */
const maxKeptForTypes = 200;

/**
 * A cell sees the names before it as an inner block sees the block around it. So what an earlier cell's name meant stays
 * as it was when a later cell takes the name: in values, types and functions that were made from it. No declarations are
 * written, so nothing fails for a type that cannot be written down (TS2742), and nothing grows with each cell.
 */
export class EarlierCells {
  #cells: EarlierCell[] = [];
  /** Names that a cell would have declared, had it not stopped before. */
  readonly #stopped = new Set<string>();

  /** Oldest first. */
  get paths(): readonly string[] {
    return this.#cells.map(({ path }) => path);
  }

  /** The scope around a cell that comes now. */
  get scope(): TypeScript.SourceFile | undefined {
    return this.#cells.at(-1)?.source;
  }

  /** True when the cell that should have declared the name ended before it did. */
  isStopped(name: string): boolean {
    return this.#stopped.has(name);
  }

  /** True for a top-level name of an earlier cell that is kept in the kernel's scope. */
  isEarlier(symbol: TypeScript.Symbol): boolean {
    return this.#ownerOf(symbol) !== undefined && !isAmbient(symbol);
  }

  /**
   * Adds a cell that ended. `reached` are its values that exist now; the others lose their symbol. A cell without any
   * name changes nothing.
   */
  add(
    { path, source }: Pick<EarlierCell, "path" | "source">,
    { reached, checker }: { reached: ReadonlySet<string>; checker: TypeScript.TypeChecker },
  ): boolean {
    const locals = localsOf(source);
    for (const [key, symbol] of locals) {
      const name = ts.symbolName(symbol);
      const isThere = reached.has(name) || isAmbient(symbol) || !isValue(symbol, checker);
      if (isThere) this.#stopped.delete(name);
      else {
        locals.delete(key);
        this.#stopped.add(name);
      }
    }
    const isGlobal = source.statements.some(isAugmentation);
    if (locals.size === 0 && !isGlobal) return false;
    this.#cells.push({ path, source, uses: this.#usedBy(source, checker), isGlobal });
    this.#dropForgotten(checker);
    return true;
  }

  #ownerOf(symbol: TypeScript.Symbol): EarlierCell | undefined {
    const file = symbol.declarations?.[0]?.getSourceFile();
    const owner = file === undefined ? undefined : this.#cells.find(({ source }) => source === file);
    if (owner === undefined) return undefined;
    const locals = localsOf(owner.source);
    const isIts = isSameSymbol(locals.get(symbol.escapedName), symbol);
    // a default export is called "default" outside
    return isIts || [...locals.values()].some((local) => isSameSymbol(local, symbol)) ? owner : undefined;
  }

  #usedBy(source: TypeScript.SourceFile, checker: TypeScript.TypeChecker): Set<string> {
    const used = new Set<string>();
    const look = (node: TypeScript.Node): void => {
      if (ts.isIdentifier(node)) {
        const isShorthand = ts.isShorthandPropertyAssignment(node.parent);
        const symbol = isShorthand
          ? checker.getShorthandAssignmentValueSymbol(node.parent)
          : checker.getSymbolAtLocation(node);
        const owner = symbol === undefined ? undefined : this.#ownerOf(symbol);
        if (owner !== undefined) used.add(owner.path);
      }
      ts.forEachChild(node, look);
    };
    look(source);
    return used;
  }

  /** A cell stays while one of its names is the newest of that name, or a cell that stays uses one. */
  #dropForgotten(checker: TypeScript.TypeChecker): void {
    const taken = { value: new Set<TypeScript.__String>(), type: new Set<TypeScript.__String>() };
    const needed = new Set<string>();
    const idle: EarlierCell[] = [];
    const kept = this.#cells.toReversed().filter((cell) => {
      const lives = takeNames(cell, taken, checker) || cell.isGlobal;
      if (!lives && !needed.has(cell.path)) return false;
      if (!lives && idle.push(cell) > maxKeptForTypes) return false;
      for (const path of cell.uses) needed.add(path);
      return true;
    });
    this.#cells = kept.toReversed();
    for (const [index, { source }] of this.#cells.entries()) setOuterScope(source, this.#cells[index - 1]?.source);
  }
}

/** True when the cell has a name that no later cell took, as a value or as a type. */
function takeNames(
  { source }: EarlierCell,
  taken: Record<"value" | "type", Set<TypeScript.__String>>,
  checker: TypeScript.TypeChecker,
): boolean {
  let lives = false;
  for (const [name, symbol] of localsOf(source)) {
    const meanings = (isValue(symbol, checker) ? ["value"] : []) as ("value" | "type")[];
    const flags = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol.flags : checker.getAliasedSymbol(symbol).flags;
    if ((flags & (ts.SymbolFlags.Type | ts.SymbolFlags.Namespace)) !== 0) meanings.push("type");
    for (const meaning of meanings) {
      lives ||= !taken[meaning].has(name);
      taken[meaning].add(name);
    }
  }
  return lives;
}

const isAugmentation = (node: TypeScript.Statement): boolean =>
  ts.isModuleDeclaration(node) &&
  (ts.isStringLiteral(node.name) || (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0);
