import type { Value } from "./jinja.js";

/** Whether Python calls them equal: `"" == false` and `"1" == 1` are not, `1 == true` and `1 == 1.0` are. */
export function areEqual(left: Value, right: Value): boolean {
  const [one, other] = [left.value, right.value];
  if (isNumeric(one) && isNumeric(other)) return Number(one) === Number(other);
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => areEqual(item, other[index]));
  }
  if (one instanceof Map && other instanceof Map) {
    return one.size === other.size && [...one].every(([key, item]) => other.has(key) && areEqual(item, other.get(key)));
  }
  // none and what is undefined hold nothing both
  return one === other && left.type === right.type;
}

const isNumeric = (value: unknown): boolean => typeof value === "number" || typeof value === "boolean";
