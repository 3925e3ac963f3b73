/** Whether cells find the types of Node: without them the kernel refuses every cell that says `console`. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

export function checkTypes({ folder, isKernel }: DoctorInput): Finding {
  for (let place = folder; ; place = dirname(place)) {
    const version = versionIn(join(place, "node_modules", "@types", "node", "package.json"));
    if (version !== undefined) {
      return finding("Types", "good", `@types/node ${version} in ${place}`, "Cells here know console and require.");
    }
    if (dirname(place) === place) break;
  }
  const advice = "Cells in this folder fail with “Cannot find name 'console'”.";
  const found = `no @types/node above ${folder}`;
  return finding("Types", isKernel ? "bad" : "warning", found, advice, "npm install --save-dev @types/node");
}

function versionIn(file: string): string | undefined {
  try {
    return String((JSON.parse(readFileSync(file, "utf8")) as { version?: unknown }).version);
  } catch {
    return undefined;
  }
}
