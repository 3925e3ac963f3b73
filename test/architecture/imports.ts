/** What source files import, read from their text. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";

export interface Import {
  /** The importing file, from the project's folder on. */
  readonly from: string;
  /** A file of the project, or a package's name. */
  readonly to: string;
  readonly isPackage: boolean;
  /** Gone after compiling. */
  readonly isType: boolean;
  /** Handed on by a file that exports nothing of its own. */
  readonly isBarrel: boolean;
}

const patterns: readonly RegExp[] = [
  /^\s*(?<keyword>import|export)\s+(?<type>type\s)?[^"';()]*?from\s+"(?<target>[^"]+)"/gm,
  /^\s*(?<keyword>import)\s+"(?<target>[^"]+)"/gm,
  /(?<type>typeof\s+)?\b(?<keyword>import|require)\(\s*"(?<target>[^"]+)"/g,
];

/** Paths of all `.ts` files below a folder of the project. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name).split(sep).join("/"));
}

export function importsOf(files: readonly string[]): Import[] {
  return files.flatMap((file) => importsIn(file, readFileSync(file, "utf8")));
}

/** The imports of one file, Node's own modules left out. */
export function importsIn(from: string, source: string): Import[] {
  const code = source.replaceAll(/\/\*.*?\*\//gs, "");
  const exportsOwn = /^export (?!(type )?[{*][^;]*from ")/m.test(code);
  return patterns
    .flatMap((pattern) => [...code.matchAll(pattern)])
    .flatMap(({ groups: { keyword, type, target = "" } = {} }) => {
      if (target.startsWith("node:")) return [];
      const isPackage = !target.startsWith(".");
      const to = isPackage ? packageOf(target) : normalize(join(dirname(from), target)).replace(/\.js$/, ".ts");
      return [{ from, to, isPackage, isType: type !== undefined, isBarrel: keyword === "export" && !exportsOwn }];
    });
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
