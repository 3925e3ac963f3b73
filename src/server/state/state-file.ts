/**
 * The state file of a lab: how a new kernel, or a terminal, finds the server that runs.
 *
 * One per lab name in the runtime folder, readable by its owner only, because it holds the owner's key. It is believed
 * only where no other user could have written it.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, readPrivateFile, writePrivateFile } from "./private-folder.js";
import { isSameProcess } from "./process-identity.js";

export interface LabState {
  readonly name: string;
  readonly pid: number;
  /** See `processIdentity`. */
  readonly processStart: string;
  readonly version: string;
  /** Where the server listens, for clients on this machine. */
  readonly url: string;
  /**
   * Path of the socket on which the same server listens for this user alone. A program that takes over the port of a server
   * that died never gets what is sent here. null in the file of a server that knew none.
   */
  readonly socket: string | null;
  /** Key with every scope. */
  readonly ownerKey: string;
  /** Key that clients need; null when none is. */
  readonly apiKey: string | null;
  /** Path of the log; null when it goes to stderr. */
  readonly logFile: string | null;
  /** The flags it was started with, without dashes, as they were written. */
  readonly flags: Readonly<Record<string, string>>;
  /** All its settings, without secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** True from the moment the server ends: no notebook attaches to it any more, and its name is not free yet. */
  readonly isStopping?: boolean;
}

export function stateFilePath(runtimeDir: string, name: string): string {
  return join(runtimeDir, `${name}.json`);
}

/**
 * Writes the file in one step: a reader sees the old one or the new one. Only the holder of the name may.
 *
 * Refuses with `FolderError` a folder that cannot hold private files.
 */
export function writeState(runtimeDir: string, state: LabState): void {
  makePrivateFolder(runtimeDir);
  writePrivateFile(stateFilePath(runtimeDir, state.name), `${JSON.stringify(state, null, 2)}\n`);
}

/**
 * The state of the lab that runs under this name; null when none does or it is ending. A file left by a dead server
 * stays for the next server of the name, which alone may replace it.
 */
export function readState(runtimeDir: string, name: string): LabState | null {
  const state = readHolder(runtimeDir, name);
  return state?.isStopping ? null : state;
}

/** As `readState`, and the server that is ending as well: its name is not free yet. */
export function readHolder(runtimeDir: string, name: string): LabState | null {
  const state = readLeftState(runtimeDir, name);
  return state !== null && isSameProcess(state.pid, state.processStart) ? state : null;
}

/** What the last server of this name has written, whether it runs or not. */
export function readLeftState(runtimeDir: string, name: string): LabState | null {
  return parse(readPrivateFile(stateFilePath(runtimeDir, name)));
}

/** Removes the file if it is this process' own, by its owner key. */
export function removeState(runtimeDir: string, { name, pid, ownerKey }: LabState): void {
  const found = readLeftState(runtimeDir, name);
  if (found?.pid === pid && found.ownerKey === ownerKey) rmSync(stateFilePath(runtimeDir, name), { force: true });
}

function parse(text: string | null): LabState | null {
  try {
    const state = JSON.parse(text ?? "null") as Partial<LabState> | null;
    const isState =
      typeof state?.pid === "number" && typeof state.url === "string" && typeof state.ownerKey === "string";
    if (!isState) return null;
    // a server of another version may know less
    return { apiKey: null, logFile: null, socket: null, flags: {}, settings: {}, ...state } as LabState;
  } catch {
    // not ours
    return null;
  }
}
