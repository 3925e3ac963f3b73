/** Keeps two servers that start at the same moment from taking the same name. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processStart } from "./process-start.js";

/**
 * Claims the name for this process until the returned function is called; undefined when another process that lives has
 * claimed it. The claim of a dead process counts for nothing.
 */
export function claimName(runtimeDir: string, name: string): (() => void) | undefined {
  mkdirSync(runtimeDir, { recursive: true, mode: 0o700 });
  const path = join(runtimeDir, `${name}.claim`);
  const own = `${process.pid} ${processStart(process.pid)}`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, own, { flag: "wx", mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (isAlive(path)) return undefined;
      rmSync(path, { force: true });
    }
  }
  return undefined;
}

function isAlive(path: string): boolean {
  try {
    const [pid = "", ...start] = readFileSync(path, "utf8").split(" ");
    return processStart(Number(pid)) === start.join(" ");
  } catch {
    // it was let go meanwhile
    return false;
  }
}
