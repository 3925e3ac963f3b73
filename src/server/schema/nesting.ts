/** How deep a value may be nested that is written again as JSON: `JSON.stringify` ends where the stack does. */

/** Deepest nesting of what clients send as arguments or schemas. */
export const deepestNesting = 64;

/** Whether lists and objects stand within each other deeper than `deepest`. Looks without recursion, level by level. */
export function isNestedDeeper(value: unknown, deepest: number = deepestNesting): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= deepest; depth += 1) {
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}
