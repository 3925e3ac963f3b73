/** The compiler of one notebook: reads cells in the scope of those before, and answers for a text that is being typed. */
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { cellDiagnostics } from "./cell-diagnostics.js";
import type { CellDiagnostic } from "./cell-language.js";
import { isAmbient, isValue, localsOf, setOuterScope } from "./compiler-internals.js";
import { EarlierCells } from "./earlier-cells.js";
import { type Emitted, emitModule } from "./emit-module.js";
import { ProgramFiles } from "./program-files.js";
import { ts } from "./typescript.js";
import { emitUserFiles, fileLinks, type UserFile, userSources } from "./user-files.js";

/** A cell as the compiler has read it. */
export interface CompiledCell {
  readonly path: string;
  readonly source: TypeScript.SourceFile;
  readonly checker: TypeScript.TypeChecker;
  readonly diagnostics: readonly CellDiagnostic[];
  readonly names: readonly string[];
  /** Undefined when there are diagnostics. */
  readonly emitted: Emitted | undefined;
  readonly links: ReadonlyMap<string, string>;
}

/** A text that is being typed, with what answers for it. */
export interface Draft {
  readonly service: TypeScript.LanguageService;
  readonly program: TypeScript.Program;
  readonly source: TypeScript.SourceFile;
}

/** How many cells to come are in the program already: a program with other files costs about 80 ms, else 10 ms. */
const spareCells = 16;

export class CellCompiler {
  readonly #cwd: string;
  readonly #files: ProgramFiles;
  readonly #service: TypeScript.LanguageService;
  readonly #earlier = new EarlierCells();
  readonly #draftPath: string;
  #count = 1;
  #lastRoot = 0;

  constructor(cwd: string) {
    this.#cwd = cwd;
    this.#files = new ProgramFiles(cwd);
    this.#draftPath = join(cwd, "__draft__.ts");
    this.#files.write(this.#draftPath, "");
    this.#setRoots();
    this.#service = ts.createLanguageService(this.#files);
  }

  /** Reads a cell. `files` has what was emitted for files before; what changed is put into it. */
  compile(code: string, files: Map<string, UserFile>): CompiledCell {
    this.#files.refresh();
    const { program, source } = this.#readCell(code);
    const checker = program.getTypeChecker();
    const imported = userSources(program, source);
    const diagnostics = cellDiagnostics({
      program,
      sources: [...imported, source].filter((one) => !one.fileName.endsWith(".json")),
      cell: source,
      cwd: this.#cwd,
      isStopped: (name) => this.#earlier.isStopped(name),
    });
    const symbols = [...localsOf(source).values()].filter(({ escapedName }) => escapedName !== "default");
    const cell = {
      path: source.fileName,
      source,
      checker,
      diagnostics,
      names: symbols.map((symbol) => ts.symbolName(symbol)),
      links: fileLinks(source),
    };
    if (diagnostics.length > 0) return { ...cell, emitted: undefined };
    this.#emitFiles(program, imported, files);
    const emitted = emitModule({
      program,
      source,
      kind: "cell",
      isEarlier: (symbol) => this.#earlier.isEarlier(symbol),
      declared: symbols.filter((symbol) => isValue(symbol, checker) && !isAmbient(symbol)),
    });
    return { ...cell, emitted };
  }

  /** Prepares a file for `import()`, as its absolute path says, and gives its path; undefined when Node should look. */
  compileImport(path: string, files: Map<string, UserFile>): string | undefined {
    this.#files.refresh();
    const { program, source } = this.#read(this.#draftPath, `import(${JSON.stringify(path)});`);
    this.#emitFiles(program, userSources(program, source), files);
    return fileLinks(source).get(path);
  }

  /** Ends a cell: names in `reached` exist, its other values do not, its types do. */
  add({ path, source, checker }: CompiledCell, reached: ReadonlySet<string>): void {
    if (!this.#earlier.add({ path, source }, { reached, checker })) return;
    this.#count += 1;
    if (this.#count > this.#lastRoot) this.#setRoots();
  }

  draft(code: string): Draft {
    return { service: this.#service, ...this.#read(this.#draftPath, code) };
  }

  close(): void {
    this.#service.dispose();
  }

  #emitFiles(
    program: TypeScript.Program,
    sources: readonly TypeScript.SourceFile[],
    files: Map<string, UserFile>,
  ): void {
    const versionOf = (path: string) => this.#files.getScriptVersion(path);
    for (const file of emitUserFiles({ program, versionOf }, sources, files)) files.set(file.path, file);
  }

  get #cellPath(): string {
    return this.#pathOf(this.#count);
  }

  #pathOf(number: number): string {
    return join(this.#cwd, `__cell${number}__.ts`);
  }

  /** Cells that count, some empty ones to come, and the draft. The compiler starts anew only when this list changes. */
  #setRoots(...more: string[]): void {
    const coming = Array.from({ length: spareCells }, (_, index) => this.#pathOf(this.#count + index));
    for (const path of coming) this.#files.write(path, "");
    this.#lastRoot = this.#count + spareCells - 1;
    this.#files.setRoots([...this.#earlier.paths, ...coming, ...more, this.#draftPath]);
  }

  /** As TypeScript; what only reads with JSX in it, with JSX: there `<T>x` would be a tag. */
  #readCell(code: string): Pick<Draft, "program" | "source"> {
    const plain = this.#read(this.#cellPath, code);
    const isRead = plain.program.getSyntacticDiagnostics(plain.source).length === 0;
    if (isRead || !/<(?:[\p{ID_Start}]|>)/u.test(code)) return plain;
    // another name, as both would be emitted to one
    const path = this.#cellPath.replace(/\.ts$/, "x.tsx");
    this.#setRoots(path);
    const withTags = this.#read(path, code);
    return withTags.program.getSyntacticDiagnostics(withTags.source).length === 0
      ? withTags
      : this.#read(this.#cellPath, code);
  }

  #read(path: string, code: string): Pick<Draft, "program" | "source"> {
    this.#files.write(path, code);
    const program = this.#service.getProgram();
    const source = program?.getSourceFile(path);
    if (program === undefined || source === undefined) throw new Error("The compiler has no program for the cell.");
    // only a bound file has its names, and binding resets what is around it
    program.getTypeChecker();
    setOuterScope(source, this.#earlier.scope);
    return { program, source };
  }
}
