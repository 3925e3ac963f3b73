/** Folders and files that only this user could have written: keys stand in them, and what they say is believed. */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isShortage } from "../async/shortage.js";
import { processIdentity } from "./process-identity.js";

/** Bits of a mode that let group and others write. */
const writableByOthers = 0o022;
/** Mode bit of a folder that all users share, such as /tmp. */
const sticky = 0o1000;
/** A state file is some KiB: more is none of ours. */
const mostFileBytes = 1_048_576;

/** A folder that cannot hold private files; the message says why, without saying which setting named it. */
export class FolderError extends Error {
  override readonly name = "FolderError";
}

/**
 * Makes the folder with mode 0700 where it is not there, with those above it, and sees that only this user may write
 * to it. A folder of this user that others may write to is closed to them.
 *
 * Refuses with `FolderError` a link, a folder of another user, a shared one such as /tmp, and what cannot be made.
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  const found = lstatSync(folder);
  const problem = ownershipProblem(found) ?? (found.isDirectory() ? null : "is not a folder");
  if (problem !== null) throw new FolderError(`${folder} ${problem}`);
  if ((found.mode & writableByOthers) === 0) return;
  if ((found.mode & sticky) !== 0) throw new FolderError(`${folder} is shared by all users`);
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    throw new FolderError(`${folder} cannot be closed to others: ${(error as Error).message}`, { cause: error });
  }
}

/** Makes a folder and those above it, step by step: Node's own `recursive` spins for ever below /proc. */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  let place = folder;
  for (; statOf(place) === null && dirname(place) !== place; place = dirname(place)) missing.push(place);
  for (const next of missing.reverse()) {
    try {
      mkdirSync(next, { mode: 0o700 });
    } catch (error) {
      // another process made it at the same moment
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw new FolderError(`${folder} cannot be made: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** True when private files can be kept there: it is such a folder and can be written, or could be made. */
export function canHoldPrivateFiles(folder: string): boolean {
  if (/^\/(proc|sys)(\/|$)/.test(folder)) return false;
  const found = statOf(folder);
  if (found !== null && (!found.isDirectory() || ownershipProblem(found) !== null)) return false;
  let place = folder;
  while (statOf(place) === null && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(join(place, "."), constants.W_OK | constants.X_OK);
    return true;
  } catch {
    // read-only, another user's, or a file
    return false;
  }
}

/** True when only this user could have written what lies in the folder. */
export function isPrivateFolder(folder: string): boolean {
  const found = statOf(folder);
  return found?.isDirectory() === true && ownershipProblem(found) === null && (found.mode & writableByOthers) === 0;
}

/**
 * The text of a file that only this user could have written; null when there is none, or another's, or a link.
 *
 * Throws what the system says when this process has no descriptor left to read it.
 */
export function readPrivateFile(path: string): string | null {
  try {
    if (!isPrivateFolder(dirname(path))) return null;
    const found = lstatSync(path);
    const isOurs = found.isFile() && ownershipProblem(found) === null && (found.mode & writableByOthers) === 0;
    return isOurs && found.size <= mostFileBytes ? readFileSync(path, "utf8") : null;
  } catch (error) {
    if (isShortage(error)) throw error;
    // not there, or gone meanwhile
    return null;
  }
}

/** Writes the file in one step, mode 0600: a reader sees the old one or the new one. Never writes through a link. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = writeTemporary(path, text);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A new file beside `path` with this text. Its name says whose it is, so that it can be told from one left behind. */
export function writeTemporary(path: string, text: string): string {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(8).toString("hex")}.tmp`);
  try {
    // "wx" creates it or fails: what others have put there is never opened
    writeFileSync(temporary, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return temporary;
}

/** Removes temporary files that processes have left there which do not run any more. */
export function removeLeftTemporaries(folder: string): void {
  for (const file of readdirSync(folder)) {
    const pid = /^\..+\.(\d+)\.[0-9a-f]{16}\.tmp$/.exec(file)?.[1];
    if (pid !== undefined && processIdentity(Number(pid)) === null) rmSync(join(folder, file), { force: true });
  }
}

function ownershipProblem(found: Stats): string | null {
  if (found.isSymbolicLink()) return "is a link";
  const uid = process.getuid?.();
  return uid !== undefined && found.uid !== uid ? `belongs to user ${found.uid}` : null;
}

function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
