/**
 * The state file of a lab: how a new kernel, or a terminal, finds the server that runs.
 *
 * One per lab name in the runtime folder, readable by its owner only, because it holds the owner's key.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processStart } from "./process-start.js";

export interface LabState {
  readonly name: string;
  readonly pid: number;
  /** See `processStart`. */
  readonly processStart: string;
  readonly version: string;
  /** Where the server listens, for clients on this machine. */
  readonly url: string;
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
}

export function stateFilePath(runtimeDir: string, name: string): string {
  return join(runtimeDir, `${name}.json`);
}

/** Writes the file in one step: a reader sees the old one or the new one. */
export function writeState(runtimeDir: string, state: LabState): void {
  mkdirSync(runtimeDir, { recursive: true, mode: 0o700 });
  chmodSync(runtimeDir, 0o700);
  const path = stateFilePath(runtimeDir, state.name);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** The state of the lab that runs under this name; null when none does. A file left by a dead server is removed. */
export function readState(runtimeDir: string, name: string): LabState | null {
  const path = stateFilePath(runtimeDir, name);
  const state = parse(path);
  if (state === null) return null;
  if (processStart(state.pid) === state.processStart) return state;
  rmSync(path, { force: true });
  return null;
}

/** Removes the file if it is still this process's. */
export function removeState(runtimeDir: string, name: string): void {
  const path = stateFilePath(runtimeDir, name);
  if (parse(path)?.pid === process.pid) rmSync(path, { force: true });
}

function parse(path: string): LabState | null {
  try {
    const state = JSON.parse(readFileSync(path, "utf8")) as Partial<LabState> | null;
    const isState =
      typeof state?.pid === "number" && typeof state.url === "string" && typeof state.ownerKey === "string";
    // a server of another version may know less
    return isState ? ({ apiKey: null, logFile: null, flags: {}, settings: {}, ...state } as LabState) : null;
  } catch {
    // not there, or not ours
    return null;
  }
}
