/** Makes sure that what a cell imports is what stands in `src`. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Throws, with the command to run, when `dist` is missing or older than the notebook's sources. */
export function assertBuilt(): void {
  const built = statSync(join(project, "dist/notebook/index.js"), { throwIfNoEntry: false });
  const folder = join(project, "src/notebook");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const newest = Math.max(...sources.map((name) => statSync(join(folder, name)).mtimeMs));
  if (built === undefined || built.mtimeMs < newest) {
    throw new Error("dist is missing or older than src/notebook, and cells import from it. Run: npm run build");
  }
}
