/** How cells are compiled. */
import { join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import { packageFolder, upwards } from "./places.js";
import { ts } from "./typescript.js";

/**
 * The options for a notebook in `cwd`. As loose as tslab's (no `strict`), with what changed since:
 *
 * - packages are found as bundlers find them, so types that stand only in `exports` are seen (tslab 1.0.22: Node10);
 * - every file is a module, and an import may name its file with `.ts`;
 * - the types of Node are the project's own, else LocalLab's; those of test tools are never taken.
 */
export function compilerOptions(cwd: string): TypeScript.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    customConditions: ["node"],
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    esModuleInterop: true,
    allowJs: true,
    checkJs: true,
    jsx: ts.JsxEmit.React,
    preserveConstEnums: true,
    skipLibCheck: true,
    sourceMap: true,
    // nothing is written; without it a user's .js could not be emitted over itself
    outDir: "/emitted",
    newLine: ts.NewLineKind.LineFeed,
    types: ["node"],
    typeRoots: typeRoots(cwd),
  };
}

/** tslab issues 40, 61, 67, 71: without `@types/node` beside the notebook, `console` is unknown. */
function typeRoots(cwd: string): string[] {
  const own = upwards(cwd, "node_modules", "@types", "node", "package.json");
  const ours = upwards(packageFolder(), "node_modules", "@types", "node", "package.json");
  return [...own, ...ours].map((folder) => join(folder, "node_modules", "@types"));
}
