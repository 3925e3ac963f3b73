/** A disk on which nothing new can be written: no test can fill a real one without taking it from others. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Every file that is written at once fails with ENOSPC, in this process, until the returned function is called. */
export function fullDisk(): () => void {
  const { writeFileSync } = fs;
  fs.writeFileSync = (file) => {
    throw Object.assign(new Error(`ENOSPC: no space left on device, write '${String(file)}'`), { code: "ENOSPC" });
  };
  syncBuiltinESMExports();
  return () => {
    fs.writeFileSync = writeFileSync;
    syncBuiltinESMExports();
  };
}
