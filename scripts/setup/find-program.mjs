/** Looks for programs the way a shell does. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Every place where one of these programs lies: names are looked for in PATH, absolute paths as they are.
 *
 * @param {readonly string[]} programs in the order of preference
 * @param {string} [path]
 */
export function findPrograms(programs, path = process.env.PATH ?? "") {
  const folders = path.split(delimiter).filter(isAbsolute);
  const places = programs.flatMap((program) =>
    isAbsolute(program) ? [program] : folders.map((folder) => join(folder, program)),
  );
  return [...new Set(places)].filter(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
