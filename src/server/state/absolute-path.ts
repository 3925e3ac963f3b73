/** A path as a person writes it, made one that can be opened from anywhere. */
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/**
 * The absolute path: "~" and "~/models" are in this user's home folder, where no shell has seen to that; others begin at
 * `from` (default: the folder of this process).
 */
export function absolutePath(path: string, from?: string): string {
  if (path === "~" || path.startsWith("~/")) return join(homeFolder() ?? "/", path.slice(1));
  if (isAbsolute(path)) return path;
  return from === undefined ? resolve(path) : resolve(from, path);
}

/** This user's home folder; undefined where there is none, as for many users of containers. */
export function homeFolder(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    // no HOME, and the user is in no list of users
    return undefined;
  }
}
