/** Folders for tests, gone when the test ends (or the run, for those made outside of a test). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = new Set<string>();

/** Path of a new empty folder. Nobody has to remove it: the root hooks do. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "locallab-test-"));
  folders.add(folder);
  return folder;
}

/** The folders that exist now. */
export function temporaryFolders(): ReadonlySet<string> {
  return new Set(folders);
}

/** Removes every folder but those to keep. */
export function removeTemporaryFolders(keep: ReadonlySet<string> = new Set()): void {
  for (const folder of folders) {
    if (keep.has(folder)) continue;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    folders.delete(folder);
  }
}
