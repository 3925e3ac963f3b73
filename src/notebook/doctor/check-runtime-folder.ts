/** The folder of the state files: it holds keys, so it is writable for its owner and closed to others. */
import { accessSync, constants, lstatSync, statSync } from "node:fs";
import { runtimeFolder } from "../../server/state/lab-folders.js";
import type { DoctorInput } from "./doctor-input.js";
import { existingFolder } from "./existing-folder.js";
import { type Finding, finding } from "./finding.js";

/** Mode bit of a folder such as /tmp. */
const sharedByAll = 0o1000;

export function checkRuntimeFolder({ env }: Pick<DoctorInput, "env">): Finding {
  const folder = runtimeFolder(env);
  const existing = existingFolder(folder);
  const elsewhere = 'export LOCALLAB_RUNTIME_DIR="$HOME/.locallab-run"';
  const judge = (state: Finding["state"], found: string, advice: string, fix: string | null = null): Finding =>
    finding("State files", state, `${folder}${found}`, advice, fix);
  if (!isWritable(existing))
    return judge("bad", ` cannot be written`, "A lab cannot leave its state there.", elsewhere);
  if (existing !== folder) return judge("good", " will be made", "The first lab makes it.");
  const { uid, mode } = statSync(folder);
  if (lstatSync(folder).isSymbolicLink()) {
    return judge("bad", " is a link", "Keys stand in it: it must be a folder itself.", elsewhere);
  }
  if ((mode & sharedByAll) !== 0) {
    return judge("bad", " is shared by all users", "Keys stand in it: it must be yours alone.", elsewhere);
  }
  if (process.getuid && uid !== process.getuid()) {
    return judge("bad", ` belongs to user ${uid}`, "Keys stand in it: it must be yours.", elsewhere);
  }
  const permissions = mode & 0o777;
  return (permissions & 0o077) === 0
    ? judge("good", "", "Writable, and closed to others.")
    : judge("warning", ` has mode ${permissions.toString(8)}`, "Others can look into it.", `chmod 700 "${folder}"`);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
