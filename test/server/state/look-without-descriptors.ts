/** Asks about a process that lives with every descriptor used up, then with some again; prints both. */
import { isSameProcess, processIdentity } from "../../../src/server/state/process-identity.js";
import { readHolder } from "../../../src/server/state/state-file.js";
import { withoutDescriptors } from "../../support/without-descriptors.js";

const [, , runtimeDir = ""] = process.argv;
const identity = processIdentity(process.ppid);
const outcome = (look: () => unknown): unknown => {
  try {
    return look();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};
const look = (): unknown[] => [
  outcome(() => isSameProcess(process.ppid, identity)),
  outcome(() => readHolder(runtimeDir, "default")?.name ?? null),
];
process.stdout.write(JSON.stringify([await withoutDescriptors(look), look()]));
