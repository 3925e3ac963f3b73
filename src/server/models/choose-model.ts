/**
 * Which model is meant by a name that a person typed, and which ones may have been meant where none is. Pure.
 *
 * A name is an id, with or without `.gguf`, whole or its last part, in any case of letters: whatever fits only one model.
 */

import { slips } from "../text/slips.js";

/** What became of a name. */
export type NamedModel =
  | { readonly id: string }
  /** Several fit equally well. */
  | { readonly several: readonly string[] }
  /** None fits; these are nearest, best first. */
  | { readonly near: readonly string[] };

/** A name without what people type around an id: blanks, `./`, `.gguf`, the number of a part. */
export const plainName = (name: string): string =>
  name
    .normalize("NFC")
    .trim()
    .replace(/^\.\//, "")
    .replace(/-\d{5}-of-\d{5}(?:\.gguf)?$/i, "")
    .replace(/\.gguf$/i, "");
const lower = (name: string): string => name.toLowerCase();
const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/** Longer names than this are compared no further: no id is that long. */
const longestName = 512;
/** Ids that are suggested for a name, and those that are compared with it. */
const mostNear = 3;
const mostCompared = 1000;
/** Names that are longer are not compared with others. */
const longestCompared = 128;
/** What two names must have in common at least, 0 to 1. */
const leastLikeness = 0.6;

interface Form {
  readonly id: string;
  readonly plain: string;
  readonly lower: string;
}

const formOf = (id: string): Form => {
  const plain = plainName(id);
  return { id, plain, lower: lower(plain) };
};

/** Ways in which a name fits an id, from the strictest on; the first one that any model passes decides. */
const ways: readonly ((name: Form, id: Form) => boolean)[] = [
  (name, { id }) => id === name.id.normalize("NFC"),
  (name, { id }) => id === name.plain,
  (name, id) => id.lower === name.lower,
  (name, { plain }) => plain.endsWith(`/${name.plain}`),
  (name, id) => id.lower.endsWith(`/${name.lower}`),
];

/** The model that is meant. */
export function chooseModel(name: string, ids: readonly string[]): NamedModel {
  if (ids.includes(name)) return { id: name };
  const typed = formOf(name);
  if (name.length > longestName || typed.plain === "") return { near: [] };
  const forms = ids.map(formOf);
  for (const fits of ways) {
    const found = forms.filter((form) => fits(typed, form)).map(({ id }) => id);
    if (found.length === 1) return { id: found[0] as string };
    if (found.length > 1) return { several: found };
  }
  return { near: nearIds(typed.lower, ids) };
}

/** Ids that share enough with the name, best first. */
function nearIds(name: string, ids: readonly string[]): string[] {
  if (name.length > longestCompared) return [];
  const likeness = likenessTo(name);
  const scored = ids.slice(0, mostCompared).map((id) => {
    const whole = likeness(lower(id));
    return { id, score: id.includes("/") ? Math.max(whole, likeness(lower(lastPart(id)))) : whole };
  });
  return scored
    .filter(({ score }) => score >= leastLikeness)
    .sort((a, b) => b.score - a.score)
    .slice(0, mostNear)
    .map(({ id }) => id);
}

/** 0 to 1: one text within the other counts as near; else the better of shared pairs of letters and of few slips. */
function likenessTo(a: string): (b: string) => number {
  const pairs = new Map<string, number>();
  for (const pair of pairsOf(a)) pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  return (b) => {
    const [short, long] = a.length <= b.length ? [a, b] : [b, a];
    if (short.length >= 3 && long.includes(short)) return 0.8 + 0.2 * (short.length / long.length);
    // with lengths that differ so much they cannot have enough in common
    if (long.length > longestCompared || (2 * short.length) / (a.length + b.length) < leastLikeness) return 0;
    const mayBeSlip = long.length <= longestSlip && long.length - short.length <= mostSlips;
    return Math.max(pairsShared(a, pairs, b), mayBeSlip ? 1 - slips(a, b) / Math.max(1, long.length) : 0);
  };
}

/** Dice's measure. */
function pairsShared(a: string, pairs: ReadonlyMap<string, number>, b: string): number {
  const left = new Map(pairs);
  let shared = 0;
  for (const pair of pairsOf(b)) {
    const count = left.get(pair) ?? 0;
    if (count > 0) shared += 1;
    left.set(pair, count - 1);
  }
  return (2 * shared) / Math.max(1, a.length + b.length - 2);
}

function* pairsOf(text: string): Generator<string, void, void> {
  for (let at = 0; at < text.length - 1; at++) yield text.slice(at, at + 2);
}

/** Longer names are not compared letter by letter, nor those that differ in length by more. */
const longestSlip = 24;
const mostSlips = 3;

/** Ids that a sentence names before it says how many more there are. */
const mostNamed = 8;

/** `There are: "a", "b" and 3 more.` */
export function thereAre(ids: readonly string[], most: number = mostNamed): string {
  if (ids.length === 0) return "There are none.";
  const named = ids.slice(0, most).map((id) => JSON.stringify(id.length > 120 ? `${id.slice(0, 120)}…` : id));
  const more = ids.length - named.length;
  return `There ${ids.length === 1 ? "is" : "are"}: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** Why no model is meant, as sentences with the way out. `name` as it was typed; `ids` of what the asker may see. */
export function whyNone(
  name: string,
  named: Exclude<NamedModel, { readonly id: string }>,
  ids: readonly string[],
): string {
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
  if ("several" in named) {
    const which = named.several.slice(0, mostNamed).map((id) => JSON.stringify(id));
    return `${shown} could be ${named.several.length} models: ${which.join(", ")}. Name one as it stands there.`;
  }
  const meant = named.near.map((id) => JSON.stringify(id)).join(" or ");
  return [`No model is called ${shown}.`, ...(meant === "" ? [] : [`Did you mean ${meant}?`]), thereAre(ids)].join(" ");
}
