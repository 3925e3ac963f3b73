import { inText, ListValue, TextValue, toValue, type Value, WholeValue } from "./jinja.js";

/** Characters, or items, that a multiplication may give. */
const longestProduct = 1_000_000;

/** What operators of Python do that the template engine's do not, or do otherwise; undefined for all others. */
export function arithmetic(operator: string, left: Value, right: Value): Value | undefined {
  if (operator === "~") return new TextValue(inText(left) + inText(right));
  if (operator === "*") return multiplied(left, right) ?? multiplied(right, left);
  if (operator === "%") return remainder(left, right);
  if (typeof left.value !== "string" || typeof right.value !== "string") return undefined;
  const [one, other] = [left.value, right.value];
  const isBefore: Readonly<Record<string, boolean>> = {
    "<": one < other,
    ">": one > other,
    "<=": one <= other,
    ">=": one >= other,
  };
  const value = isBefore[operator];
  return value === undefined ? undefined : toValue(value);
}

function multiplied(left: Value, right: Value): Value | undefined {
  const times = Math.max(0, Number(right.value));
  if (!(right instanceof WholeValue)) return undefined;
  const isText = typeof left.value === "string";
  if (!isText && !Array.isArray(left.value)) return undefined;
  const length = (left.value as string | readonly Value[]).length * times;
  if (length > longestProduct) throw new Error(`a multiplication would give ${length} characters or items`);
  if (isText) return new TextValue((left.value as string).repeat(times));
  return new ListValue(Array.from({ length: times }, () => left.value as readonly Value[]).flat());
}

function remainder(left: Value, right: Value): Value | undefined {
  if (typeof left.value === "string") return new TextValue(formatted(left.value, right));
  const [one, other] = [left.value, right.value];
  if (typeof one !== "number" || typeof other !== "number") return undefined;
  // Python's has the sign of the divisor
  return toValue(one - other * Math.floor(one / other));
}

/** Python's `"%s-%d" % (a, b)`: texts, whole numbers, numbers with places, and the sign itself. */
function formatted(text: string, given: Value): string {
  const values: readonly Value[] = Array.isArray(given.value) ? given.value : [given];
  let next = 0;
  return text.replace(/%(?:%|(0?)(\d*)(?:\.(\d+))?([sdif]))/g, (found, zero: string, width: string, places, kind) => {
    if (found === "%%") return "%";
    const value = values[next++];
    if (value === undefined) throw new Error(`there is no value for ${found}`);
    const number = Number(value.value);
    const plain =
      kind === "s" ? value.toString() : kind === "f" ? number.toFixed(Number(places ?? 6)) : String(Math.trunc(number));
    return plain.padStart(Number(width || 0), zero === "0" ? "0" : " ");
  });
}
