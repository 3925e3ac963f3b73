/** The files the compiler sees: cells from memory, everything else from the disk, read again when it changed. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { cellGlobalTypes } from "./cell-global-types.js";
import { compilerOptions } from "./compiler-options.js";
import { modernTypes } from "./modern-types.js";
import { ModuleTypes } from "./module-types.js";
import { ts } from "./typescript.js";

interface Seen {
  readonly version: string;
  readonly snapshot: TypeScript.IScriptSnapshot | undefined;
}

const modernFile = "locallab-modern-types.d.ts";

/**
 * A language service's host without watchers: `refresh` looks at the times of the files that are in use, and nothing
 * happens between two cells. tslab's watcher throws "Unexpected pending rebuildTimer" for ever once a package.json
 * changed beside an open notebook, and ends no cell well after it.
 */
export class ProgramFiles implements TypeScript.LanguageServiceHost {
  readonly #cwd: string;
  readonly #options: TypeScript.CompilerOptions;
  readonly #modules: ModuleTypes;
  readonly #cells = new Map<string, { text: string; version: number }>();
  readonly #seen = new Map<string, Seen>();
  #roots: readonly string[] = [];
  #changes = 0;

  constructor(cwd: string) {
    this.#cwd = cwd;
    this.#options = compilerOptions(cwd);
    this.#modules = new ModuleTypes(this.#options, this);
    this.#cells.set(this.#modernPath, { text: `${modernTypes}${cellGlobalTypes}`, version: 0 });
  }

  get #modernPath(): string {
    return join(this.#cwd, modernFile);
  }

  /** Which cells belong to the program. */
  setRoots(roots: readonly string[]): void {
    this.#roots = [this.#modernPath, ...roots];
    this.#changes += 1;
    const kept = new Set(this.#roots);
    for (const path of this.#cells.keys()) if (!kept.has(path)) this.#cells.delete(path);
  }

  /** Sets the text of a cell. It counts as changed even if it is the same, so its imports are looked for again. */
  write(path: string, text: string): void {
    this.#changes += 1;
    this.#cells.set(path, { text, version: this.#changes });
  }

  /** Forgets what changed on the disk since the last time. Costs one look at each file in use, about 5 µs each. */
  refresh(): void {
    for (const [path, { version }] of this.#seen) if (versionOf(path) !== version) this.#seen.delete(path);
    this.#modules.forget();
    this.#changes += 1;
  }

  /** True for a path that is a cell's. */
  isCell(path: string): boolean {
    return this.#cells.has(path);
  }

  getScriptFileNames(): string[] {
    return [...this.#roots];
  }

  getScriptVersion(path: string): string {
    const cell = this.#cells.get(path);
    return cell === undefined ? this.#read(path).version : String(cell.version);
  }

  getScriptSnapshot(path: string): TypeScript.IScriptSnapshot | undefined {
    const cell = this.#cells.get(path);
    return cell === undefined ? this.#read(path).snapshot : ts.ScriptSnapshot.fromString(cell.text);
  }

  getCompilationSettings(): TypeScript.CompilerOptions {
    return this.#options;
  }

  /** The compiler looks at nothing while this stays the same. */
  getProjectVersion(): string {
    return String(this.#changes);
  }

  /** A user's file whose import was not found is read again after `refresh`: the package may be there now. */
  readonly hasInvalidatedResolutions = (path: TypeScript.Path): boolean => this.#modules.isDoubtful(path);

  resolveModuleNameLiterals(
    literals: readonly TypeScript.StringLiteralLike[],
    containingFile: string,
  ): readonly TypeScript.ResolvedModuleWithFailedLookupLocations[] {
    return literals.map(({ text }) => this.#modules.resolve(text, containingFile));
  }

  getCurrentDirectory(): string {
    return this.#cwd;
  }

  getDefaultLibFileName(options: TypeScript.CompilerOptions): string {
    return ts.getDefaultLibFilePath(options);
  }

  fileExists(path: string): boolean {
    return this.#cells.has(path) || ts.sys.fileExists(path);
  }

  readFile(path: string): string | undefined {
    return this.#cells.get(path)?.text ?? ts.sys.readFile(path);
  }

  readDirectory(...args: Parameters<typeof ts.sys.readDirectory>): string[] {
    return ts.sys.readDirectory(...args);
  }

  directoryExists(path: string): boolean {
    return ts.sys.directoryExists(path);
  }

  getDirectories(path: string): string[] {
    return ts.sys.getDirectories(path);
  }

  realpath(path: string): string {
    return this.#cells.has(path) ? path : (ts.sys.realpath?.(path) ?? path);
  }

  useCaseSensitiveFileNames(): boolean {
    return ts.sys.useCaseSensitiveFileNames;
  }

  #read(path: string): Seen {
    const known = this.#seen.get(path);
    if (known !== undefined) return known;
    // the time is read first: a file written in between is read again next time
    const version = versionOf(path);
    const text = version === "" ? undefined : ts.sys.readFile(path);
    const seen = { version, snapshot: text === undefined ? undefined : ts.ScriptSnapshot.fromString(text) };
    this.#seen.set(path, seen);
    return seen;
  }
}

/** Changes when the file does; empty when there is none. */
function versionOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.mtimeMs} ${stats.size}`;
}
