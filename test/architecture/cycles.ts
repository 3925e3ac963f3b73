/** Circles of files that import each other, imports of types included: what cannot be read one after the other. */
import type { Import } from "./imports.js";

/** Every group of files that reach each other, each group sorted; a file that imports itself is a group. */
export function circlesIn(imports: readonly Import[]): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to, isPackage } of imports) {
    if (!isPackage) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const reached = new Map([...targets.keys()].map((file) => [file, reachableFrom(file, targets)]));
  const isWith = (one: string, other: string): boolean =>
    reached.get(one)?.has(other) === true && reached.get(other)?.has(one) === true;
  const files = [...reached.keys()].filter((file) => isWith(file, file)).sort();
  const groups = files.map((file) => files.filter((other) => isWith(file, other)));
  return groups.filter((group, index) => group[0] === files[index]);
}

/** Everything a file imports, and what that imports. The file itself is in it when a way leads back. */
function reachableFrom(file: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const target of targets.get(next) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      open.push(target);
    }
  }
  return reached;
}
