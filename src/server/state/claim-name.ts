/** Keeps two servers that start at the same moment from taking the same name. */
import { randomBytes } from "node:crypto";
import { linkSync, lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, readPrivateFile, writeTemporary } from "./private-folder.js";
import { isSameProcess, processIdentity } from "./process-identity.js";

/** Processes that died one after the other while each took over what the one before had left. */
const mostDead = 8;

/**
 * Claims the name for this process until the returned function is called; undefined when another process that lives has
 * claimed it, or is about to. The claim of a dead process counts for nothing.
 *
 * Refuses with `FolderError` a folder that cannot hold private files.
 */
export function claimName(runtimeDir: string, name: string): (() => void) | undefined {
  makePrivateFolder(runtimeDir);
  return claimFile(join(runtimeDir, `${name}.claim`), mostDead);
}

/** True while a process that lives claims the name: a server of it is about to start. */
export function isNameClaimed(runtimeDir: string, name: string): boolean {
  const found = contentOf(join(runtimeDir, `${name}.claim`));
  return found !== null && isAlive(found);
}

/**
 * A claim appears whole or not at all (`link`), and no two are alike. Only a dead one may be removed, and only by the
 * one process that holds the claim on doing so: between its look and its removal the file can not become another's.
 */
function claimFile(path: string, depth: number): (() => void) | undefined {
  const own = `${process.pid} ${processIdentity(process.pid)} ${randomBytes(8).toString("hex")}`;
  for (let attempt = 0; attempt < mostDead; attempt++) {
    if (placeFile(path, own)) return () => removeOwn(path, own);
    const found = contentOf(path);
    // it was let go meanwhile
    if (found === null) continue;
    if (isAlive(found) || depth === 0) return undefined;
    const letGo = claimFile(`${path}~`, depth - 1);
    if (letGo === undefined) return undefined;
    try {
      if (contentOf(path) === found) rmSync(path, { force: true });
    } finally {
      letGo();
    }
  }
  return undefined;
}

/** Puts the file there with its content; false when there is one. */
function placeFile(path: string, content: string): boolean {
  const temporary = writeTemporary(path, content);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function removeOwn(path: string, own: string): void {
  if (contentOf(path) === own) rmSync(path, { force: true });
}

/** null when nothing is there; "", no claim, when it is a link or another user's. */
function contentOf(path: string): string | null {
  const text = readPrivateFile(path);
  if (text !== null) return text;
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? null : "";
}

function isAlive(claim: string): boolean {
  const [pid = "", ...rest] = claim.split(" ");
  return isSameProcess(Number(pid), rest.slice(0, -1).join(" "));
}
