/**
 * Where a lab keeps conversations that had to leave their slots: in memory where the system has a file system there, else
 * in the runtime folder. What is said in them stands in these files, so only this user may read them.
 */
import { createHash } from "node:crypto";
import { chmodSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isPrivateFolder, makePrivateFolder } from "./private-folder.js";

/** A lab: its name in a runtime folder. */
export interface KeptPlace {
  readonly runtimeDir: string;
  readonly name: string;
  /** A file system in memory, of Linux. Tests give another folder. */
  readonly sharedMemory?: string;
}

/** Source: Linux, Filesystem Hierarchy Standard 3.0 has none; glibc and systemd mount it for POSIX shared memory. */
const linuxSharedMemory = "/dev/shm";
/** Share of a file system that is left to others. */
const leftFree = 0.1;

/**
 * The folder for one engine, made with mode 0700: in memory where `wantedBytes` have room there, else where most room is.
 * Undefined where neither can be made.
 */
export function makeKeptFolder(place: KeptPlace, engine: string, wantedBytes: number): string | undefined {
  let best: string | undefined;
  for (const lab of keptFolders(place)) {
    if (!isMade(lab)) continue;
    if (best === undefined || roomBytes(lab) > roomBytes(best)) best = lab;
    if (roomBytes(lab) >= wantedBytes) break;
  }
  if (best === undefined) return undefined;
  const folder = join(best, engine);
  return isMade(folder) ? folder : undefined;
}

/** Removes all that the lab has kept, or what one engine has. What is another user's is left alone. */
export function removeKept(place: KeptPlace, engine?: string): void {
  for (const lab of keptFolders(place)) {
    if (!isPrivateFolder(lab)) continue;
    rmSync(engine === undefined ? lab : join(lab, engine), { recursive: true, force: true, maxRetries: 3 });
    if (engine !== undefined) removeEmpty(lab);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // other engines have theirs in it
  }
}

/** Bytes that may be written there. */
function roomBytes(folder: string): number {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return (bavail - leftFree * blocks) * bsize;
}

/** Where it may be, the best first. Labs of the same name in different runtime folders are different labs. */
export function keptFolders({ runtimeDir, name, sharedMemory = linuxSharedMemory }: KeptPlace): string[] {
  const lab = createHash("sha256")
    .update(`${resolve(runtimeDir)}\0${name}`)
    .digest("hex")
    .slice(0, 16);
  const inMemory = join(sharedMemory, `locallab-${process.getuid?.() ?? "user"}-${lab}`);
  const inRuntimeDir = join(runtimeDir, `${name}.kept`);
  return process.platform === "linux" ? [inMemory, inRuntimeDir] : [inRuntimeDir];
}

function isMade(folder: string): boolean {
  try {
    makePrivateFolder(folder);
    chmodSync(folder, 0o700);
    return true;
  } catch {
    // no such file system, no room, or another user's folder of that name: there is another place
    return false;
  }
}
