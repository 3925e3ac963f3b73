/** A model as a person names it where a path is possible: an id, or the path of a file. */
import { statSync } from "node:fs";
import { absolutePath } from "./absolute-path.js";

/** True for what begins as a path does. Ids never do. */
export const isModelPath = (name: string): boolean => /^(?:\/|(?:~|\.{1,2})(?:\/|$))/.test(name);

/** The absolute path; relative ones begin at `from` (default: the folder of this process). */
export const modelPath = (name: string, from?: string): string => absolutePath(name, from);

/**
 * What to send to a server, whose own folder is another one: a path made absolute, an id as it stands. `x.gguf` is a path
 * where there is such a file in this folder.
 */
export function modelAsTyped(name: string, from?: string): string {
  const isFileHere = /\.gguf$/i.test(name) && isFile(absolutePath(name, from));
  return isModelPath(name) || isFileHere ? modelPath(name, from) : name;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // not there, or not to be looked at: then it is no path that was meant
    return false;
  }
}
