/** Where things are that cells find without being told: LocalLab itself and the types of Node. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of LocalLab's package.json, looked for upwards of this file. */
export function packageFolder(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "locallab")
      return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json of LocalLab upwards of ${from}.`);
  }
}

/** The folders upwards of `from`, nearest first, where a file of this name is. */
export function upwards(from: string, ...name: string[]): string[] {
  const found: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ...name))) found.push(folder);
    if (dirname(folder) === folder) return found;
  }
}

/** True for `name` and for what is below it: `name/sub`. */
export const isOfPackage = (specifier: string, name: string): boolean =>
  specifier === name || specifier.startsWith(`${name}/`);

/** Relative, absolute or a file's address: a file of the user's, not a package. */
export const isFileSpecifier = (specifier: string): boolean => /^(?:\.{1,2}(?:\/|$)|\/|file:)/.test(specifier);
