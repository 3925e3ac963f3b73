import { areEqual } from "./are-equal.js";
import { inText, ListValue, NumberValue, TextValue, toValue, type Value } from "./jinja.js";

/** What a filter can ask the interpreter for. */
export interface FilterHelp {
  /** Another filter, by its name. */
  apply(name: string, value: Value, given: readonly Value[]): Value;
  /** A test with one operand, by its name. */
  test(name: string, value: Value): boolean;
}

/** Undefined for values that the template engine's own filter of this name takes. */
type Filter = (value: Value, given: readonly Value[], help: FilterHelp) => Value | undefined;

const isText = (value: Value): boolean => typeof value.value === "string";
const listOf = (value: Value): readonly Value[] => {
  if (Array.isArray(value.value)) return value.value;
  if (typeof value.value === "string") return [...value.value].map((letter) => new TextValue(letter));
  if (value.value instanceof Map) return [...value.value.keys()].map(toValue);
  throw new Error(`${value.type} is no list`);
};
const forText =
  (work: (text: string, given: readonly Value[]) => Value): Filter =>
  (value, given) =>
    isText(value) ? work(value.value as string, given) : undefined;
const forList =
  (work: (items: readonly Value[], given: readonly Value[], help: FilterHelp) => Value): Filter =>
  (value, given, help) =>
    work(listOf(value), given, help);
const wholeOf = (value: Value | undefined, fallback: number): number => Number(value?.value ?? fallback);
const textOf = (value: Value | undefined): string => String(value?.value ?? "");

/** Numbers by size, texts by letters, in the order of their code points as Python has it. */
const byOrder = (one: Value, other: Value): number => {
  const [left, right] = [one.value as number, other.value as number];
  return left < right ? -1 : Number(left > right);
};

/** Tests with an operand of their own. Source: Jinja 3.1, "List of Builtin Tests". */
export const comparisons: ReadonlyMap<string, (one: Value, other: Value) => boolean> = new Map([
  ...["equalto", "eq", "==", "sameas"].map((name) => [name, areEqual] as const),
  ...["ne", "!="].map((name) => [name, (one: Value, other: Value) => !areEqual(one, other)] as const),
  ...["lt", "lessthan", "<"].map((name) => [name, (one: Value, other: Value) => byOrder(one, other) < 0] as const),
  ...["gt", "greaterthan", ">"].map((name) => [name, (one: Value, other: Value) => byOrder(one, other) > 0] as const),
  ...["le", "<="].map((name) => [name, (one: Value, other: Value) => byOrder(one, other) <= 0] as const),
  ...["ge", ">="].map((name) => [name, (one: Value, other: Value) => byOrder(one, other) >= 0] as const),
  [
    "in",
    (one, other) =>
      isText(other) ? textOf(other).includes(textOf(one)) : listOf(other).some((item) => areEqual(item, one)),
  ],
  ["divisibleby", (one, other) => wholeOf(one, 0) % wholeOf(other, 1) === 0],
]);

function passes(value: Value, [name, operand]: readonly Value[], help: FilterHelp): boolean {
  if (name === undefined) return help.test("truthy", value);
  const compare = comparisons.get(textOf(name));
  return compare !== undefined && operand !== undefined ? compare(value, operand) : help.test(textOf(name), value);
}

/** What stands under a path such as "function.name"; undefined where nothing does. */
const attribute = (item: Value, path: Value | undefined): Value =>
  textOf(path)
    .split(".")
    .reduce(
      (at, name) => (at.value instanceof Map ? (at.value.get(name) as Value) : undefined) ?? toValue(undefined),
      item,
    );

const kept =
  (wanted: boolean): Filter =>
  (value, given, help) =>
    new ListValue(listOf(value).filter((item) => passes(item, given, help) === wanted));
const keptByAttribute =
  (wanted: boolean): Filter =>
  (value, [path, ...rest], help) =>
    new ListValue(listOf(value).filter((item) => passes(attribute(item, path), rest, help) === wanted));

function inBatches(items: readonly Value[], [size, fill]: readonly Value[]): Value {
  const most = Math.max(1, wholeOf(size, 1));
  const batches = Array.from({ length: Math.ceil(items.length / most) }, (_, at) =>
    items.slice(at * most, (at + 1) * most),
  );
  return new ListValue(
    batches.map((one) => {
      const missing = fill === undefined ? 0 : most - one.length;
      return new ListValue([...one, ...Array.from({ length: missing }, () => fill as Value)]);
    }),
  );
}

function inGroups(items: readonly Value[], [path]: readonly Value[]): Value {
  const groups = new Map<unknown, Value[]>();
  for (const item of items) {
    const key = attribute(item, path);
    groups.set(key.value, [...(groups.get(key.value) ?? []), item]);
  }
  const keys = [...groups.keys()].map(toValue).sort(byOrder);
  return new ListValue(keys.map((key) => new ListValue([key, new ListValue(groups.get(key.value) ?? [])])));
}

/** Half to even, as Python rounds; a number with a point. */
function rounded(number: number, digits: number): Value {
  const scaled = number * 10 ** digits;
  const down = Math.floor(scaled);
  const isTie = Math.abs(scaled - down - 0.5) < 1e-9;
  return new NumberValue((isTie ? down + (down % 2) : Math.round(scaled)) / 10 ** digits);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};
const escaped = forText((text) => new TextValue(text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)));

/** Filters of texts, which make one of whatever they are given. */
const textFilters = ["upper", "lower", "title", "capitalize", "replace", "indent"].map((name): [string, Filter] => [
  name,
  (value, given, help) => (isText(value) ? undefined : help.apply(name, new TextValue(inText(value)), given)),
]);

/**
 * Filters that the template engine has not, or for fewer kinds of values. Source: Jinja 3.1, "List of Builtin Filters".
 * Arguments by name are not known here: such calls go to the engine.
 */
export const filters: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...textFilters,
  ["first", forText((text) => toValue([...text][0]))],
  ["last", forText((text) => toValue([...text].at(-1)))],
  ["reverse", forText((text) => new TextValue([...text].reverse().join("")))],
  ["count", (value) => toValue(isText(value) ? textOf(value).length : listOf(value).length)],
  ["wordcount", forText((text) => toValue((text.match(/[\p{L}\p{N}_]+/gu) ?? []).length))],
  ["list", (value) => (isText(value) ? new ListValue(listOf(value)) : undefined)],
  [
    "trim",
    (value, [letters], help) => {
      if (!isText(value))
        return help.apply("trim", new TextValue(inText(value)), letters === undefined ? [] : [letters]);
      return letters === undefined ? undefined : help.apply("strip", value, [letters]);
    },
  ],
  ["e", escaped],
  ["escape", escaped],
  ["urlencode", forText((text) => new TextValue(encodeURIComponent(text).replaceAll("%2F", "/")))],
  ["min", forList((items) => [...items].sort(byOrder)[0] ?? toValue(undefined))],
  ["max", forList((items) => [...items].sort(byOrder).at(-1) ?? toValue(undefined))],
  ["sum", forList((items) => toValue(items.reduce((sum, item) => sum + wholeOf(item, 0), 0)))],
  ["batch", forList(inBatches)],
  ["groupby", forList(inGroups)],
  ["select", kept(true)],
  ["reject", kept(false)],
  ["selectattr", keptByAttribute(true)],
  ["rejectattr", keptByAttribute(false)],
  [
    "map",
    (value, [name, ...rest], help) => new ListValue(listOf(value).map((item) => help.apply(textOf(name), item, rest))),
  ],
  ["string", (value) => (isText(value) ? undefined : new TextValue(inText(value)))],
  ["round", ({ value }, [digits]) => (typeof value === "number" ? rounded(value, wholeOf(digits, 0)) : undefined)],
  ["pprint", (value) => new TextValue(value.toString())],
]);
