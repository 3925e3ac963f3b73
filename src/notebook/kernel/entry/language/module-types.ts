/** Which file an import's types are in. */
import { dirname, join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { isOfPackage, packageFolder } from "./places.js";
import { ts } from "./typescript.js";

type Resolution = TypeScript.ResolvedModuleWithFailedLookupLocations;

/**
 * Resolves as TypeScript does, and "locallab" and "tslab" from LocalLab's own folder where the notebook's has none.
 *
 * Answers for declaration files are kept, for they are most: they import what their own package says. Answers for
 * cells and the user's sources are asked anew for each cell, as files come and go.
 */
export class ModuleTypes {
  readonly #options: TypeScript.CompilerOptions;
  readonly #host: TypeScript.ModuleResolutionHost;
  readonly #kept = new Map<string, Resolution>();
  readonly #fresh = new Map<string, Resolution>();
  /** Files with an import that was not found, and what they were before the last `forget`. */
  readonly #missing = new Set<string>();
  #doubtful: ReadonlySet<string> = new Set();

  constructor(options: TypeScript.CompilerOptions, host: TypeScript.ModuleResolutionHost) {
    this.#options = options;
    this.#host = host;
  }

  /** A package that was missing, or moved, is looked for again. */
  forget(): void {
    this.#fresh.clear();
    this.#doubtful = new Set(this.#missing);
    this.#missing.clear();
    for (const [key, { resolvedModule }] of this.#kept) {
      if (resolvedModule === undefined || !ts.sys.fileExists(resolvedModule.resolvedFileName)) this.#kept.delete(key);
    }
  }

  /** True for a file of the user's that had an import which was not found. */
  isDoubtful(path: string): boolean {
    return this.#doubtful.has(path);
  }

  resolve(specifier: string, containingFile: string): Resolution {
    const isDeclaration = /\.d\.[cm]?ts$/.test(containingFile);
    const answers = isDeclaration ? this.#kept : this.#fresh;
    const key = `${dirname(containingFile)}\n${specifier}`;
    const resolution = answers.get(key) ?? this.#resolve(specifier, containingFile);
    answers.set(key, resolution);
    if (!isDeclaration && resolution.resolvedModule === undefined) this.#missing.add(containingFile);
    return resolution;
  }

  #resolve(specifier: string, containingFile: string): Resolution {
    const found = this.#ask(specifier, containingFile);
    if (found.resolvedModule !== undefined) return found;
    // a package's own name leads to itself: no link in node_modules is needed
    const ours = ["locallab", "tslab"].some((name) => isOfPackage(specifier, name));
    return ours ? this.#ask(specifier, join(packageFolder(), "cell.ts")) : found;
  }

  #ask(specifier: string, containingFile: string): Resolution {
    return ts.resolveModuleName(specifier, containingFile, this.#options, this.#host);
  }
}
