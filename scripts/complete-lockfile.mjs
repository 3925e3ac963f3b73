/** Run by hand after `npm install`: adds to package-lock.json what npm left out, see setup/lockfile.mjs. */
import { readFileSync, writeFileSync } from "node:fs";
import { completeLock } from "./setup/lockfile.mjs";
import { inProject } from "./setup/project.mjs";

const path = inProject("package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
const added = completeLock(lock);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? "package-lock.json is complete." : `Added to package-lock.json:\n${added.join("\n")}`);
