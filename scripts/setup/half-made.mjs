/** Folders for what is not complete yet. They go with this process, however it ends. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes `<parent>/.<name>-<pid>` and removes those of processes that were killed.
 *
 * @param {string} parent
 * @param {string} name
 * @returns {{ folder: string, remove: () => void }}
 */
export function halfMade(parent, name) {
  const folder = join(parent, `.${name}-${process.pid}`);
  mkdirSync(parent, { recursive: true });
  for (const entry of readdirSync(parent)) {
    const pid = entry.startsWith(`.${name}-`) ? Number(entry.slice(name.length + 2)) : Number.NaN;
    if (!Number.isNaN(pid) && !runs(pid)) removeTree(join(parent, entry));
  }
  removeTree(folder);
  mkdirSync(folder);
  const remove = () => {
    removeTree(folder);
    process.off("exit", remove);
  };
  // an interrupted set-up ends here, without coming to any finally
  process.on("exit", remove);
  return { folder, remove };
}

/** @param {string} path */
const removeTree = (path) => rmSync(path, { recursive: true, force: true });

/** @param {number} pid */
function runs(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // somebody else's process is there, too
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
