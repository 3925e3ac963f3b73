/** The user's own files that a cell imports, and those that these import. */
import type TypeScript from "@tslab/typescript-for-tslab";
import { isCommonJs, resolvedImports } from "./compiler-internals.js";
import { type Emitted, emitModule } from "./emit-module.js";
import { isFileSpecifier } from "./places.js";

export interface UserFile {
  readonly path: string;
  /** The same as long as this file and all it imports have not changed. */
  readonly signature: string;
  /** Undefined for a file that Node reads by itself: CommonJS, JSON. */
  readonly emitted: Emitted | undefined;
  /** Specifier to path, of the imports that are files. */
  readonly links: ReadonlyMap<string, string>;
}

interface Collection {
  readonly program: TypeScript.Program;
  versionOf(path: string): string;
}

/** Sources of files that `source` imports, directly or not; not declarations, and nothing in node_modules. */
export function userSources(program: TypeScript.Program, source: TypeScript.SourceFile): TypeScript.SourceFile[] {
  const found = new Map<string, TypeScript.SourceFile>();
  const look = (from: TypeScript.SourceFile): void => {
    for (const path of fileLinks(from).values()) {
      const file = program.getSourceFile(path);
      if (file === undefined || file.isDeclarationFile || found.has(path)) continue;
      found.set(path, file);
      look(file);
    }
  };
  look(source);
  return [...found.values()];
}

/** The imports of a source that lead to files of the user's, by specifier. */
export function fileLinks(source: TypeScript.SourceFile): Map<string, string> {
  const links = new Map<string, string>();
  for (const [specifier, path] of resolvedImports(source)) {
    // a package in a workspace may lead to its sources
    const isUsers = isFileSpecifier(specifier) || /\.[cm]?tsx?$/.test(path);
    if (isUsers && !/[\\/]node_modules[\\/]/.test(path) && !/\.d\.[cm]?ts$/.test(path)) links.set(specifier, path);
  }
  return links;
}

/** Emits what changed; `known` has what was emitted before. */
export function emitUserFiles(
  { program, versionOf }: Collection,
  sources: readonly TypeScript.SourceFile[],
  known: ReadonlyMap<string, UserFile>,
): UserFile[] {
  return sources.flatMap((source) => {
    const path = source.fileName;
    const all = [source, ...userSources(program, source)].map(({ fileName }) => `${fileName} ${versionOf(fileName)}`);
    const signature = all.toSorted().join("\n");
    if (known.get(path)?.signature === signature) return [];
    const isRead = path.endsWith(".json") || isCommonJs(source);
    const emitted = isRead
      ? undefined
      : emitModule({ program, source, kind: "file", isEarlier: () => false, declared: [] });
    return [{ path, signature, emitted, links: fileLinks(source) }];
  });
}
