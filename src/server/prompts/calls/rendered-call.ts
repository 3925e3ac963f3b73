import { idHole, numberHole, type TaggedParameters } from "./call-form.js";

/** What a call is rendered with: words that no template has. */
export const probe = {
  question: "Qx7 question",
  answer: "Qx7 answer",
  names: ["qx7_one", "qx7_other"],
  /** Nine letters and digits: some templates refuse others. */
  ids: ["Qx7idAAA1", "Qx7idBBB2"],
  /** Two texts, a number and an object: forms differ in how they write them. */
  given: '{"qx7_a": "Qx7 first", "qx7_b": "Qx7 second", "qx7_c": 77, "qx7_d": {"qx7_e": 88}}',
} as const;

/** A call as a template renders it. */
export interface RenderedCall {
  /** Places in the text: of the name, and of what follows the arguments. */
  readonly nameAt: number;
  readonly endAt: number;
  /** From the name to the arguments. */
  readonly between: string;
  readonly parameters: "json" | TaggedParameters;
}

const jsonArguments =
  /\{\s*"qx7_a"\s*:\s*"Qx7 first"\s*,\s*"qx7_b"\s*:\s*"Qx7 second"\s*,\s*"qx7_c"\s*:\s*77\s*,\s*"qx7_d"\s*:\s*\{\s*"qx7_e"\s*:\s*88\s*\}\s*\}/;
const lastValue = /\{\s*["']?qx7_e["']?\s*:\s*88\s*\}/;

/** The call of this name behind a place of the text; null where it is not there with all of its arguments. */
export function readRenderedCall(text: string, name: string, from: number): RenderedCall | null {
  const nameAt = text.indexOf(name, from);
  if (nameAt < 0) return null;
  const start = nameAt + name.length;
  const behind = text.slice(start);
  const json = jsonArguments.exec(behind);
  if (json !== null) {
    const endAt = start + json.index + json[0].length;
    return { nameAt, endAt, between: withHoles(behind.slice(0, json.index)), parameters: "json" };
  }
  const tagged = readTagged(behind);
  return tagged === null ? null : { ...tagged, nameAt, endAt: start + tagged.endAt };
}

/** What stands around keys and values that are rendered one by one. */
function readTagged(text: string): Omit<RenderedCall, "nameAt"> | null {
  const last = lastValue.exec(text);
  if (last === null) return null;
  const order = ["qx7_a", "Qx7 first", "qx7_b", "Qx7 second", "qx7_c", "77", "qx7_d"];
  const gaps: string[] = [];
  let at = 0;
  for (const word of order) {
    const next = text.indexOf(word, at);
    if (next < 0 || next > last.index) return null;
    gaps.push(text.slice(at, next));
    at = next + word.length;
  }
  gaps.push(text.slice(at, last.index));
  const [front = "", textOpen = "", afterText = "", , , jsonOpen = "", afterJson = ""] = gaps;
  const end = last.index + last[0].length;
  const keyOpen = commonEnd(front, afterJson);
  const rest = afterJson.slice(0, afterJson.length - keyOpen.length);
  const jsonClose = commonStart(rest, text.slice(end));
  const separator = rest.slice(jsonClose.length);
  return {
    between: front.slice(0, front.length - keyOpen.length),
    endAt: end + jsonClose.length,
    parameters: {
      keyOpen,
      textOpen,
      jsonOpen,
      textClose: afterText.slice(0, afterText.length - keyOpen.length - separator.length),
      jsonClose,
      separator,
      isDict: jsonClose.trim() === "" || /^\{\s*qx7_e/.test(last[0]),
    },
  };
}

/** With a hole for each id and number of a call. */
export const withHoles = (text: string): string =>
  text.replace(new RegExp(probe.ids.join("|"), "g"), idHole).replace(/(?<![\w.<])[012](?![\w.>])/g, numberHole);

/** A text in parts that are never cut: marks, and single letters. */
const unitsOf = (text: string): readonly string[] => text.match(/<[^<>\s]+>|\[[A-Z_]+\]|[\s\S]/gu) ?? [];

/** The longest text that both begin with. */
export function commonStart(one: string, other: string): string {
  const [left, right] = [unitsOf(one), unitsOf(other)];
  let count = 0;
  while (count < left.length && left[count] === right[count]) count += 1;
  return left.slice(0, count).join("");
}

/** The longest text that both end with. */
export function commonEnd(one: string, other: string): string {
  const [left, right] = [unitsOf(one), unitsOf(other)];
  let count = 0;
  while (count < left.length && count < right.length && left.at(-1 - count) === right.at(-1 - count)) count += 1;
  return left.slice(left.length - count).join("");
}
