/**
 * The compiler of cells: TypeScript 5.0 as tslab brings it.
 *
 * It is loaded by `require`: an `import` would first read its 8 MB for the names it exports.
 */
import { createRequire } from "node:module";
import type TypeScript from "@tslab/typescript-for-tslab";

/** What the rest of this folder was written against; its internals differ between versions. */
const pinnedVersion = "5.0.4";

export const ts = createRequire(import.meta.url)("@tslab/typescript-for-tslab") as typeof TypeScript;

/** Undefined, or one sentence: why this compiler is not used. */
export function compilerProblem(version: string = ts.version): string | undefined {
  return version === pinnedVersion
    ? undefined
    : `This kernel needs TypeScript ${pinnedVersion} of tslab 1.0.22 and found ${version}: run "npm ci" in LocalLab's folder.`;
}
